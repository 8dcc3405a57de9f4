import { availableParallelism, freemem } from 'node:os';
import type { Config } from '@kontor/config';
import { defaultChatModel, defaultEmbedder, defaultNames } from '../catalogue/catalogue.js';
import type { ModelKind } from '../catalogue/entry.js';
import { ModelStore } from '../store/model-store.js';

/** The store of models that the configuration names; it needs no running Kontor. */
export function openModelStore(config: Pick<Config, 'home' | 'models'>): ModelStore {
  return new ModelStore(config.home.directory, { sources: config.models.sources, hubBaseUrl: config.models.hubUrl });
}

/** What was chosen by name, else what lies on the disk, else what suits the machine and can be reached; undefined where nothing can. */
export async function suitableModel(store: ModelStore, kind: ModelKind): Promise<string | undefined> {
  const active = await store.active(kind);
  if (active !== undefined) return active;
  for (const name of defaultNames(kind)) {
    if ((await store.status(name)).state === 'present') return name;
  }
  const reachable = await store.reachable();
  return kind === 'embedder' ? defaultEmbedder(reachable) : defaultChatModel({ memoryFreeBytes: freemem(), cores: availableParallelism() }, reachable);
}
