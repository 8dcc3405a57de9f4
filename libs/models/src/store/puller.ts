import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@kontor/kernel';
import type { CatalogueEntry, ModelFile, SourceKind } from '../catalogue/entry.js';
import type { FetchContext, Source } from '../sources/source.js';
import { requireSpace } from './disk.js';
import { withFileLock } from './lock.js';
import { PartialFile } from './partial-file.js';
import { hashFile, stampedHash, writeStamp } from './stamp.js';

export interface PullProgress {
  model: string;
  file: string;
  /** `waiting` for another process that pulls the same model. */
  phase: 'waiting' | 'fetching' | 'converting' | 'checking' | 'done';
  source?: SourceKind;
  doneBytes: number;
  totalBytes?: number;
}

export type OnProgress = (progress: PullProgress) => void;

interface Pull {
  entry: CatalogueEntry;
  folder: string;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/** Fetches what is missing of a model from the first source that gives the right bytes. */
export class Puller {
  constructor(private readonly sources: readonly Source[]) {}

  async pull(pull: Pull): Promise<void> {
    await mkdir(pull.folder, { recursive: true });
    const onWait = (): void => pull.onProgress({ model: pull.entry.name, file: '', phase: 'waiting', doneBytes: 0 });
    await withFileLock(`${pull.folder}.lock`, pull.signal, onWait, async () => {
      for (const file of pull.entry.files) await this.#pullFile(pull, file);
    });
  }

  async #pullFile(pull: Pull, file: ModelFile): Promise<void> {
    const path = join(pull.folder, file.name);
    const report = reporter(pull, file);
    if (!(await isIntact(path, file, report, pull.signal))) {
      const partial = await PartialFile.open(`${path}.partial`);
      try {
        await requireSpace(pull.folder, Math.max(0, (file.sizeBytes ?? 0) - partial.lengthBytes));
        await this.#fill(pull, file, partial, report);
        await partial.finish(path);
      } finally {
        await partial.close();
      }
      await writeStamp(path, file.sha256);
    }
    report('done', file.sizeBytes ?? (await stat(path)).size);
  }

  async #fill(pull: Pull, file: ModelFile, partial: PartialFile, report: Report): Promise<void> {
    const reasons: string[] = [];
    for (const source of this.sources.filter((candidate) => candidate.carries(file))) {
      const context: FetchContext = {
        signal: pull.signal,
        onBytes: (doneBytes) => report('fetching', doneBytes, source.kind),
        onConvert: () => report('converting', partial.lengthBytes, source.kind),
      };
      const reason = await tryGet(source, file, partial, context);
      pull.signal.throwIfAborted();
      if (reason === undefined) return;
      reasons.push(reason);
    }
    if (reasons.length === 0) reasons.push('None of the sources that are switched on carries it.');
    throw new AppError('model.unreachable', {
      status: 503,
      retry: 'later',
      message: `The model ${pull.entry.name} could not be fetched. ${reasons.join(' ')}`,
      details: { name: pull.entry.name, reasons },
    });
  }
}

type Report = (phase: PullProgress['phase'], doneBytes: number, source?: SourceKind) => void;

function reporter({ entry, onProgress }: Pull, file: ModelFile): Report {
  return (phase, doneBytes, source) =>
    onProgress({
      model: entry.name,
      file: file.name,
      phase,
      doneBytes,
      ...(source === undefined ? {} : { source }),
      ...(file.sizeBytes === undefined ? {} : { totalBytes: file.sizeBytes }),
    });
}

/** Whether the right file is there already; a wrong one is removed, since nothing may load it. */
async function isIntact(path: string, file: ModelFile, report: Report, signal: AbortSignal): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  if ((await stampedHash(path)) === file.sha256) return true;
  report('checking', found.size);
  if ((await hashFile(path, signal)) === file.sha256) {
    await writeStamp(path, file.sha256);
    return true;
  }
  await rm(path);
  return false;
}

/**
 * One source's turn: undefined when the partial file is now the right one, else the sentence that says why not.
 * Bytes that an earlier attempt left may be the wrong ones, so a source that only continued gets a second, whole turn.
 */
async function tryGet(source: Source, file: ModelFile, partial: PartialFile, context: FetchContext): Promise<string | undefined> {
  const continued = partial.lengthBytes > 0;
  try {
    await source.fetch(file, partial, context);
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('model.source_')) return error.message;
    throw error;
  }
  if (partial.sha256() === file.sha256) return undefined;
  await partial.restart();
  if (continued) return tryGet(source, file, partial, context);
  return `The source "${source.kind}" gave a ${file.name} with a wrong hash; it was thrown away.`;
}
