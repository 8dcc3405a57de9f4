/** What a worker host does with the failed work: run it again, or keep its reason and stop. */
export type RetryVerdict = 'never' | 'later';

export interface AppErrorOptions {
  /** HTTP status that the outermost filter answers with. */
  status?: number;
  retry?: RetryVerdict;
  /** One sentence for a person: what is wrong and what to do. Never carries a secret or document text. */
  message?: string;
  /** Numbers and names that help; shown to the caller as they are. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * The one error of Kontor. `code` is stable and part of the public contract: `room.what_happened`.
 *
 * @example throw new AppError('document.too_large', { status: 413, details: { sizeBytes, sizeBytesMax } });
 */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  readonly retry: RetryVerdict;
  readonly details: Record<string, unknown>;

  constructor(code: string, options: AppErrorOptions = {}) {
    super(options.message ?? code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = options.status ?? 500;
    this.retry = options.retry ?? 'never';
    this.details = options.details ?? {};
  }

  /** Wraps whatever was thrown, so that the edges deal with one type; an AppError passes unchanged. */
  static from(thrown: unknown, code = 'internal.unexpected'): AppError {
    if (thrown instanceof AppError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new AppError(code, { message, cause: thrown });
  }
}
