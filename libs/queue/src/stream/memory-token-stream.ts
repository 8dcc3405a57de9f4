import { ended, expired, overtaken } from './stream-problem.js';
import type { StreamEntry, TokenStream } from './token-stream.js';

export interface MemoryTokenStreamLimits {
  /** Entries kept of one stream; the oldest go first. */
  entriesMax: number;
  streamsMax: number;
  /** How long a stream is kept after its last entry. */
  ttlMs: number;
  now: () => number;
}

const LIMITS: MemoryTokenStreamLimits = { entriesMax: 20_000, streamsMax: 1_000, ttlMs: 3_600_000, now: Date.now };

interface Log {
  entries: StreamEntry[];
  lastSeq: number;
  touchedAt: number;
  state: 'open' | 'ended' | 'expired';
  stopRequested: boolean;
  stops: Set<() => void>;
  /** Readers that wait for the next entry. */
  waiting: Set<() => void>;
}

function wake(log: Log): void {
  for (const resume of log.waiting) resume();
  log.waiting.clear();
}

function nextChange(log: Log, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const resume = (): void => {
      signal.removeEventListener('abort', resume);
      log.waiting.delete(resume);
      resolve();
    };
    log.waiting.add(resume);
    signal.addEventListener('abort', resume, { once: true });
  });
}

/** The token stream of the embedded shape: a ring buffer a stream, in this process. */
export class MemoryTokenStream implements TokenStream {
  private readonly logs = new Map<string, Log>();
  private readonly limits: MemoryTokenStreamLimits;

  constructor(limits: Partial<MemoryTokenStreamLimits> = {}) {
    this.limits = { ...LIMITS, ...limits };
  }

  append(id: string, part: unknown, afterSeq = Infinity): Promise<number> {
    const log = this.logs.get(id) ?? this.begin(id);
    if (log.state !== 'open') return Promise.reject(ended(id));
    if (log.lastSeq > afterSeq) return Promise.reject(overtaken(id));
    log.lastSeq += 1;
    log.entries.push({ seq: log.lastSeq, part });
    if (log.entries.length > this.limits.entriesMax) log.entries.shift();
    log.touchedAt = this.limits.now();
    wake(log);
    return Promise.resolve(log.lastSeq);
  }

  soFar(id: string): Promise<StreamEntry[]> {
    return Promise.resolve([...(this.logs.get(id)?.entries ?? [])]);
  }

  async *read(id: string, afterSeq: number, signal: AbortSignal): AsyncGenerator<StreamEntry> {
    this.expireOld();
    const log = this.logs.get(id);
    if (!log || afterSeq > log.lastSeq) throw expired(id);
    let last = afterSeq;
    while (!signal.aborted) {
      const first = log.entries[0]?.seq ?? log.lastSeq + 1;
      if (log.state === 'expired' || last + 1 < first) throw expired(id);
      const entry = log.entries[last + 1 - first];
      if (entry) {
        last = entry.seq;
        yield entry;
      } else if (log.state === 'ended') return;
      else await nextChange(log, signal);
    }
  }

  end(id: string): Promise<void> {
    const log = this.logs.get(id);
    if (log?.state === 'open') {
      log.state = 'ended';
      log.stops.clear();
      wake(log);
    }
    return Promise.resolve();
  }

  requestStop(id: string): Promise<boolean> {
    const log = this.logs.get(id);
    if (log?.state !== 'open') return Promise.resolve(false);
    log.stopRequested = true;
    for (const stop of log.stops) stop();
    log.stops.clear();
    return Promise.resolve(true);
  }

  onStop(id: string, stop: () => void): () => void {
    const log = this.logs.get(id) ?? this.begin(id);
    // A function of its own for each call, so that two subscribers with the same one do not become one.
    const once = (): void => stop();
    if (log.stopRequested) once();
    else if (log.state === 'open') log.stops.add(once);
    return () => log.stops.delete(once);
  }

  health(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    for (const id of [...this.logs.keys()]) this.expire(id);
    return Promise.resolve();
  }

  private begin(id: string): Log {
    this.expireOld();
    if (this.logs.size >= this.limits.streamsMax) this.makeRoom();
    const log: Log = { entries: [], lastSeq: 0, touchedAt: this.limits.now(), state: 'open', stopRequested: false, stops: new Set(), waiting: new Set() };
    this.logs.set(id, log);
    return log;
  }

  private expireOld(): void {
    const before = this.limits.now() - this.limits.ttlMs;
    for (const [id, log] of this.logs) if (log.touchedAt < before) this.expire(id);
  }

  /** An ended stream goes before one that is still written; among equals the oldest. */
  private makeRoom(): void {
    const victim = [...this.logs].find(([, log]) => log.state === 'ended') ?? [...this.logs][0];
    if (victim) this.expire(victim[0]);
  }

  private expire(id: string): void {
    const log = this.logs.get(id);
    if (!log) return;
    this.logs.delete(id);
    log.state = 'expired';
    wake(log);
  }
}
