export interface StreamEntry {
  /** Counts from 1 without a gap; it is the SSE `id:` under which a client resumes. */
  seq: number;
  part: unknown;
}

/**
 * An append-only log for each answer. The worker appends, any number of readers follow, and each may come
 * back after a dropped connection. Parts are JSON; who reads them parses them.
 */
export interface TokenStream {
  /**
   * Adds a part; the first one begins the stream. A writer that may be thought dead says after which part, so that it adds
   * nothing to what another one writes in its place.
   * @throws AppError `stream.ended` once the stream has ended, `stream.overtaken` where there are parts beyond `afterSeq`
   */
  append(id: string, part: unknown, afterSeq?: number): Promise<number>;
  /** What is kept of it now; nothing where there is no such stream. */
  soFar(id: string): Promise<StreamEntry[]>;
  /**
   * Replays what came after `afterSeq` (0: everything) and then follows, until the stream ends or `signal` aborts.
   * @throws AppError `stream.expired` where that history is gone or never was; the finished answer is in the database
   */
  read(id: string, afterSeq: number, signal: AbortSignal): AsyncIterable<StreamEntry>;
  /** Ends the stream for its readers; they still get what they have not read. */
  end(id: string): Promise<void>;
  /**
   * Asks the producer to stop, in whichever process it runs.
   * @returns false where nothing is left to stop
   */
  requestStop(id: string): Promise<boolean>;
  /**
   * Calls `stop` once when someone asks for it, at once where someone has already.
   * @returns a function that unsubscribes
   */
  onStop(id: string, stop: () => void): () => void;
  /** Whether parts can be added and are delivered now; for readiness. @throws AppError that says what is wrong */
  health(): Promise<void>;
  close(): Promise<void>;
}
