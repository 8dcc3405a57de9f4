import type { Config } from '@kontor/config';
import type { ModelStatus } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import type { ModelStore } from '@kontor/models';
import type { AdminApiPorts } from '../ports.js';

/** The catalogue as administrators see it. */
export function modelAdmin(store: ModelStore, config: Pick<Config, 'models' | 'chatServer'>): AdminApiPorts['models'] {
  return {
    list: async () =>
      (await store.list()).map(
        ({ entry, state, totalBytes, active }): ModelStatus => ({ name: entry.name, kind: entry.kind, licence: entry.licence, sizeBytes: totalBytes ?? 0, state, active }),
      ),
    pull: (name) => store.pull(name),
    verify: (name) => store.verify(name),
    use: async (name) => {
      const { kind } = await store.entry(name);
      const variable = chosenBy(config, kind);
      if (variable) throw new AppError('model.set_by_variable', { status: 409, message: `The ${kind} model is what ${variable} names, so this choice would change nothing. Change the variable and start the services again.` });
      await store.use(kind, name);
      return kind;
    },
  };
}

/** The variable that counts more than a choice; undefined where the choice counts. */
function chosenBy({ models, chatServer }: Pick<Config, 'models' | 'chatServer'>, kind: ModelStatus['kind']): string | undefined {
  if (kind === 'embedder') return models.embedder === undefined ? undefined : 'KONTOR_EMBEDDER';
  if (chatServer.url !== undefined) return 'KONTOR_CHAT_URL';
  return models.chatModel === undefined ? undefined : 'KONTOR_CHAT_MODEL';
}
