import { AppError } from '@kontor/kernel';
import type { ModelFile, SourceKind } from '../catalogue/entry.js';
import type { PartialFile } from '../store/partial-file.js';

export interface FetchContext {
  signal: AbortSignal;
  /** Bytes that are on the disk now; called often. */
  onBytes(doneBytes: number): void;
  /** The file is being made from what was fetched, which takes seconds without new bytes. */
  onConvert(): void;
}

/** A place that models come from. Adapters: the model hub, a package mirror, a folder of this machine. */
export interface Source {
  readonly kind: SourceKind;
  carries(file: ModelFile): boolean;
  /** Whether the source answers at all. */
  answers(signal: AbortSignal): Promise<boolean>;
  /**
   * Continues the partial file until it is whole. Failing leaves what came so far for the next attempt;
   * whether the bytes are the right ones is not decided here.
   */
  fetch(file: ModelFile, target: PartialFile, context: FetchContext): Promise<void>;
}

export type SourceFailure = 'unavailable' | 'refused' | 'wrong_file';

/** A source that failed; the next one is tried, and the reason is told when none is left. */
export function sourceFailed(kind: SourceKind, failure: SourceFailure, reason: string, cause?: unknown): AppError {
  return new AppError(`model.source_${failure}`, {
    status: 503,
    retry: failure === 'unavailable' ? 'later' : 'never',
    message: reason,
    details: { source: kind },
    cause,
  });
}
