import type { ModelStore } from '@kontor/models';
import type { Manifest } from './manifest.js';

/** The models that are here or in use, by name and hash. */
export async function modelList(store: ModelStore): Promise<Manifest['models']> {
  const all = await store.list();
  return all.filter(({ state, active }) => state === 'present' || active).map(({ entry, active }) => ({ name: entry.name, kind: entry.kind, active, files: entry.files.map(({ name, sha256 }) => ({ name, sha256 })) }));
}

/** What a person has to fetch before the restored store answers as the old one did. */
export async function missingModels(store: ModelStore, models: Manifest['models']): Promise<string[]> {
  const present = new Set((await store.list()).filter(({ state }) => state === 'present').map(({ entry }) => entry.name));
  return models.filter(({ name, active }) => active && !present.has(name)).map(({ name }) => name);
}
