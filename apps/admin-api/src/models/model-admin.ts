import type { ModelStatus } from '@kontor/contracts';
import type { ModelStore } from '@kontor/models';
import type { AdminApiPorts } from '../ports.js';

/** The catalogue as administrators see it. */
export function modelAdmin(store: ModelStore): AdminApiPorts['models'] {
  return {
    list: async () =>
      (await store.list()).map(
        ({ entry, state, totalBytes, active }): ModelStatus => ({ name: entry.name, kind: entry.kind, licence: entry.licence, sizeBytes: totalBytes ?? 0, state, active }),
      ),
    pull: (name) => store.pull(name),
    verify: (name) => store.verify(name),
    use: async (name) => {
      const { kind } = await store.entry(name);
      await store.use(kind, name);
      return kind;
    },
  };
}
