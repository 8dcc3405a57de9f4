import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@kontor/kernel';
import { z } from 'zod';
import type { ChatEntry, ModelKind } from '../catalogue/entry.js';
import { homeReadOnly } from './home-read-only.js';

export const ModelName = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/);

const Active = z.object({ chat: ModelName.optional(), embedder: ModelName.optional() });

const CustomFile = z.object({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  sizeBytes: z.number().int().positive().optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  hub: z.object({ repository: z.string(), revision: z.string(), path: z.string() }),
});
const Custom = z.object({
  name: ModelName,
  kind: z.literal('chat'),
  title: z.string(),
  licence: z.string(),
  template: z.enum(['chatml', 'chatml-no-think']),
  files: z.array(CustomFile).length(1),
  needs: z.object({ memoryBytes: z.number(), cores: z.number() }),
});

/** What the person chose: which model is active, and which models outside the catalogue were pinned. */
export class Records {
  constructor(private readonly folder: string) {}

  async active(kind: ModelKind): Promise<string | undefined> {
    return (await this.#read('active.json', Active, {}))[kind];
  }

  async setActive(kind: ModelKind, name: string): Promise<void> {
    await this.#write('active.json', { ...(await this.#read('active.json', Active, {})), [kind]: name });
  }

  async custom(): Promise<ChatEntry[]> {
    const entries = await this.#read('custom.json', z.array(Custom), []);
    return entries.map((entry) => ({ ...entry, files: entry.files.map(({ sizeBytes, ...file }) => ({ ...file, ...(sizeBytes === undefined ? {} : { sizeBytes }) })) }));
  }

  async addCustom(entry: ChatEntry): Promise<void> {
    const others = (await this.custom()).filter(({ name }) => name !== entry.name);
    await this.#write('custom.json', [...others, entry]);
  }

  async #read<T>(name: string, schema: z.ZodType<T>, absent: T): Promise<T> {
    const path = join(this.folder, name);
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return absent;
    try {
      return schema.parse(JSON.parse(text));
    } catch (cause) {
      throw new AppError('model.record_unreadable', { message: `The file ${path} cannot be read. Remove it; the models themselves stay.`, cause });
    }
  }

  async #write(name: string, value: unknown): Promise<void> {
    const path = join(this.folder, name);
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
      await rename(`${path}.new`, path);
    } catch (thrown) {
      throw homeReadOnly(thrown);
    }
  }
}
