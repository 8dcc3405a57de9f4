import { stat } from 'node:fs/promises';
import type { ExtractedDocument } from '@kontor/rag-core';
import { failure } from './parse/failure.js';
import { ParserProcess } from './process/parser-process.js';

export interface ExtractorOptions {
  processes?: number;
  timeoutMs?: number;
  memoryBytesMax?: number;
  sizeBytesMax?: number;
  textUnitsMax?: number;
  pagesMax?: number;
}

const DEFAULTS = { processes: 1, timeoutMs: 120_000, memoryBytesMax: 2_147_483_648, sizeBytesMax: 104_857_600, textUnitsMax: 30_000_000, pagesMax: 5_000 };

/** Turns files into text with structure. */
export interface Extractor {
  /** Rejects with a `document.*` error whose message says what is wrong and what to do. */
  extract(file: { path: string; name: string }, signal?: AbortSignal): Promise<ExtractedDocument>;
  close(): Promise<void>;
}

/**
 * An extractor over a pool of child processes.
 *
 * @example const document = await extractor.extract({ path: '/tmp/upload-1', name: 'travel.pdf' });
 */
export function createExtractor(options: ExtractorOptions = {}): Extractor {
  const limits = { ...DEFAULTS, ...options };
  const idle = Array.from({ length: limits.processes }, () => new ParserProcess(limits));
  const all = [...idle];
  const waiting: ((process: ParserProcess) => void)[] = [];
  const take = (): Promise<ParserProcess> => {
    const free = idle.pop();
    return free ? Promise.resolve(free) : new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (process: ParserProcess): void => {
    const next = waiting.shift();
    if (next) next(process);
    else idle.push(process);
  };
  return {
    async extract(file, signal) {
      const { size } = await stat(file.path);
      if (size === 0) throw failure('document.empty');
      if (size > limits.sizeBytesMax) throw failure('document.too_large', { sizeBytes: size, sizeBytesMax: limits.sizeBytesMax });
      const process = await take();
      try {
        return await process.parse({ ...file, pagesMax: limits.pagesMax, textUnitsMax: limits.textUnitsMax }, signal);
      } finally {
        giveBack(process);
      }
    },
    close: async () => all.forEach((process) => process.close()),
  };
}
