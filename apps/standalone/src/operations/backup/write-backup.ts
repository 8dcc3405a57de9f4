import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectoryBlobStore, type BlobStore } from '@kontor/blobs';
import { RowChecksum, type CopySource, type StoreSnapshot } from '@kontor/db';
import { BlobCopy } from './blobs.js';
import { intoNewFolder } from './draft.js';
import { settle, writeLines } from './line-file.js';
import { BLOB_LIST, BLOBS, FORMAT_VERSION, MANIFEST, SAMPLE, SUMS, tableFile, type Manifest } from './manifest.js';

export interface BackupOptions {
  target: string;
  source: CopySource;
  blobs: BlobStore;
  models: Manifest['models'];
  configuration: Manifest['configuration'];
  recall: Manifest['recall'];
  onProgress?: (what: string) => void;
}

/** Writes a whole backup under `target`, or nothing. Its text never holds more than a few rows in memory. */
export function writeBackup(options: BackupOptions): Promise<Manifest> {
  return intoNewFolder(options.target, (draft) => options.source.read((snapshot) => new BackupWriter(draft, snapshot, options).write()));
}

class BackupWriter {
  readonly #sums: string[] = [];
  readonly #note: (what: string) => void;

  constructor(
    private readonly draft: string,
    private readonly snapshot: StoreSnapshot,
    private readonly options: BackupOptions,
  ) {
    this.#note = options.onProgress ?? (() => undefined);
  }

  async write(): Promise<Manifest> {
    const { engine, migrations } = this.snapshot;
    const { models, configuration, recall } = this.options;
    const tables = await this.#tables();
    const blobs = await this.#blobs();
    this.#note('what people see and find');
    await this.#text(SAMPLE, await this.snapshot.sample());
    const manifest: Manifest = { format: 'kontor-backup', formatVersion: FORMAT_VERSION, createdAt: new Date().toISOString(), engine, migrations: [...migrations], tables, blobs, models, configuration, recall };
    await this.#text(MANIFEST, manifest);
    await settle(join(this.draft, 'tables'));
    await writeFile(join(this.draft, SUMS), `${this.#sums.join('\n')}\n`, { mode: 0o600 });
    await settle(join(this.draft, SUMS));
    return manifest;
  }

  async #tables(): Promise<Manifest['tables']> {
    await mkdir(join(this.draft, 'tables'), { mode: 0o700 });
    const written: Manifest['tables'] = [];
    for (const table of this.snapshot.tables) {
      this.#note(table.name);
      const checksum = new RowChecksum();
      await this.#lines(tableFile(table.name), counted(this.snapshot.rows(table), checksum));
      written.push({ name: table.name, columns: table.columns.map(({ name }) => name), ...checksum.sum });
    }
    return written;
  }

  async #blobs(): Promise<Manifest['blobs']> {
    this.#note('originals');
    const copy = new BlobCopy(this.options.blobs, new DirectoryBlobStore(join(this.draft, BLOBS)));
    await this.#lines(BLOB_LIST, listed(this.snapshot.blobKeys(), copy));
    return copy.counts;
  }

  async #lines(name: string, batches: AsyncIterable<readonly string[]>): Promise<void> {
    this.#sums.push(`${await writeLines(join(this.draft, name), batches)}  ${name}`);
  }

  async #text(name: string, value: unknown): Promise<void> {
    const text = `${JSON.stringify(value, null, 1)}\n`;
    await writeFile(join(this.draft, name), text, { mode: 0o600, flag: 'wx' });
    await settle(join(this.draft, name));
    this.#sums.push(`${createHash('sha256').update(text).digest('hex')}  ${name}`);
  }
}

async function* counted(batches: AsyncIterable<readonly string[]>, checksum: RowChecksum): AsyncGenerator<readonly string[]> {
  for await (const lines of batches) {
    for (const line of lines) checksum.add(line);
    yield lines;
  }
}

async function* listed(keys: AsyncIterable<readonly string[]>, copy: BlobCopy): AsyncGenerator<readonly string[]> {
  for await (const some of keys) {
    const lines: string[] = [];
    for (const key of some) lines.push(JSON.stringify([key, await copy.copy(key)]));
    yield lines;
  }
}
