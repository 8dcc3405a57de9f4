import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFile } from '../catalogue/entry.js';
import type { PartialFile } from '../store/partial-file.js';
import { type FetchContext, type Source, sourceFailed } from './source.js';

/** A folder of this machine, for networks without a way out: an administrator puts the file there by its hub name. */
export class LocalSource implements Source {
  readonly kind = 'local';

  constructor(private readonly folder: string) {}

  carries(_file: ModelFile): boolean {
    return true;
  }

  async answers(): Promise<boolean> {
    return stat(this.folder).then((found) => found.isDirectory(), () => false);
  }

  async fetch(file: ModelFile, target: PartialFile, context: FetchContext): Promise<void> {
    const path = join(this.folder, file.name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() !== true) throw sourceFailed('local', 'refused', `The file ${path} does not exist.`);
    if (file.sizeBytes !== undefined && found.size !== file.sizeBytes) {
      throw sourceFailed('local', 'wrong_file', `The file ${path} has ${found.size} bytes instead of ${file.sizeBytes}.`);
    }
    const start = Math.min(target.lengthBytes, found.size);
    for await (const chunk of createReadStream(path, { start, signal: context.signal, highWaterMark: 1_048_576 })) {
      await target.write(chunk as Buffer);
      context.onBytes(target.lengthBytes);
    }
  }
}
