import { loadConfig } from '@kontor/config';
import { AppError } from '@kontor/kernel';
import type { CatalogueEntry } from '../catalogue/entry.js';
import { ModelStore } from '../store/model-store.js';

export type RealModel = { entry: CatalogueEntry; folder: string; needs: undefined } | { needs: string };

const PULL_MS_MAX = 180_000;

/**
 * A verified model for tests that run the real thing: from this machine's store, or pulled into it. Where neither
 * works, `needs` says what is missing, and the test is skipped with these words.
 */
export async function realModel(name: string): Promise<RealModel> {
  const config = loadConfig();
  const store = new ModelStore(config.home.directory, { sources: config.models.sources, hubBaseUrl: config.models.hubUrl });
  try {
    if ((await store.status(name)).state !== 'present') await store.pull(name, undefined, AbortSignal.timeout(PULL_MS_MAX));
    return { entry: await store.entry(name), folder: await store.path(name), needs: undefined };
  } catch (error) {
    return { needs: `the model ${name}: ${AppError.from(error).message}` };
  }
}
