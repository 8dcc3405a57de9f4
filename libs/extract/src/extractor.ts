import type { ExtractedDocument } from '@kontor/rag-core';
import { DEFAULTS, type ExtractorOptions } from './limits.js';
import { ProcessPool } from './process/process-pool.js';
import { readFileWithin } from './read-file-within.js';

/** Turns files that nobody vetted into text with structure. */
export interface Extractor {
  /**
   * `name` is what people know the file by; its ending is a hint of the type, no more.
   * Rejects with an `AppError` of a `document.*` code, or with the signal's reason. A file that breaks its parser
   * fails alone: the next one gets a fresh process.
   */
  extract(file: { path: string; name: string }, signal?: AbortSignal): Promise<ExtractedDocument>;
  /** Ends the processes; files that wait or are being read are rejected. */
  close(): Promise<void>;
}

/**
 * An extractor over child processes, which start with the first file.
 *
 * @example
 * const extractor = createExtractor({ processes: 2 });
 * const { text, blocks } = await extractor.extract({ path: '/tmp/upload-1', name: 'travel.pdf' });
 */
export function createExtractor(options: ExtractorOptions = {}): Extractor {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as ExtractorOptions;
  const limits = { ...DEFAULTS, ...given };
  const pool = new ProcessPool(limits.processes, limits);
  return {
    extract: ({ path, name }, signal) =>
      // The file is read when its turn comes, so that waiting files cost no memory; the child gets bytes and never opens a path.
      pool.use(async (process, either) => {
        const bytes = await readFileWithin(path, limits.sizeBytesMax);
        return process.parse({ bytes, name, limits }, either);
      }, signal),
    close: () => pool.close(),
  };
}
