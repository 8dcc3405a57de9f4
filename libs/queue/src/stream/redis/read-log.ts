import { AppError } from '@kontor/kernel';
import { isUnreachable } from '../../redis/redis-problem.js';
import { expired, garbled } from '../stream-problem.js';
import type { StreamEntry } from '../token-stream.js';
import type { Listener, RawEntry } from './follower.js';
import { Inbox } from './inbox.js';

const PAGE_ENTRIES = 500;
/** A reader who hears nothing for so long looks whether the stream is still there. */
const IDLE_MS = 15_000;
/** So many looks in a row may fail before the reader is told that the server is away. */
const FAILED_LOOKS_MAX = 4;

/** One stream at the server. */
export interface LogSource {
  id: string;
  page(afterSeq: number, countMax: number): Promise<RawEntry[]>;
  /** The id of the newest entry, undefined where there is no such stream. */
  tail(): Promise<string | undefined>;
  follow(afterSeq: number, listener: Listener): { position: string; stop: () => void };
}

/** Whatever another program wrote there is told as such, and read from the database instead. */
function readPart(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    throw garbled();
  }
}

/** The number of an entry, and whether it is a part or the end. */
function placeOf(entryId: string): { seq: number; end: boolean } {
  const [seq, kind] = entryId.split('-').map(Number) as [number, number];
  return { seq, end: kind === 1 };
}

/** The parts among these entries. */
export function entriesOf(raw: readonly RawEntry[]): StreamEntry[] {
  return raw.flatMap(([entryId, fields]) => {
    const { seq, end } = placeOf(entryId);
    return end ? [] : [{ seq, part: readPart(fields[1]) }];
  });
}

/** Where a reader stands, and what the next entry means to it. */
class Reading {
  ended = false;

  constructor(
    private readonly id: string,
    public last: number,
  ) {}

  /** Takes an entry: its part, nothing where it was read or is the end, a gap where what comes before it is missing. */
  take([entryId, fields]: RawEntry): StreamEntry | 'gap' | undefined {
    const { seq, end } = placeOf(entryId);
    if (end) {
      if (seq > this.last) return 'gap';
      this.ended = true;
      return undefined;
    }
    if (seq <= this.last) return undefined;
    if (seq > this.last + 1) return 'gap';
    this.last = seq;
    return { seq, part: readPart(fields[1]) };
  }

  /** What comes after `last` at the server now. @throws AppError `stream.expired` where history is gone */
  async *catchUp(source: LogSource): AsyncGenerator<StreamEntry> {
    for (;;) {
      const page = await source.page(this.last, PAGE_ENTRIES);
      if (page.length === 0) await this.requireTail(source);
      for (const raw of page) {
        const entry = this.take(raw);
        if (entry === 'gap') throw expired(this.id);
        if (entry) yield entry;
        if (this.ended) return;
      }
      if (page.length < PAGE_ENTRIES) return;
    }
  }

  private async requireTail(source: LogSource): Promise<void> {
    const tail = await source.tail();
    if (tail === undefined || Number(tail.split('-')[0]) < this.last) throw expired(this.id);
  }
}

/** Replays a stream and follows it, until it ends or one of the signals is given; `closing` is an error to its reader. */
export async function* readLog(source: LogSource, afterSeq: number, gone: AbortSignal, closing: AbortSignal): AsyncGenerator<StreamEntry> {
  const reading = new Reading(source.id, afterSeq);
  const signal = AbortSignal.any([gone, closing]);
  const inbox = new Inbox();
  let following: { position: string; stop: () => void } | undefined;
  let failedLooks = 0;
  try {
    while (!signal.aborted) {
      try {
        for await (const entry of reading.catchUp(source)) {
          yield entry;
          if (signal.aborted) break;
        }
        failedLooks = 0;
      } catch (thrown) {
        // Who follows already waits for the server to come back; who has seen nothing yet is told at once.
        if (!following || !isUnreachable(thrown) || (failedLooks += 1) > FAILED_LOOKS_MAX) throw thrown;
      }
      if (reading.ended || signal.aborted) break;
      if (!following) {
        following = source.follow(reading.last, inbox.put);
        if (following.position !== `${reading.last}-0`) continue;
      }
      yield* live(reading, inbox, signal);
      if (reading.ended) break;
    }
  } finally {
    following?.stop();
  }
  if (closing.aborted && !gone.aborted && !reading.ended) throw new AppError('stream.closed', { status: 503, retry: 'later', message: 'This server is being shut down. Load the conversation again.' });
}

/** Hands out what comes, until nothing comes for a while, something is missing, or it ends. */
async function* live(reading: Reading, inbox: Inbox, signal: AbortSignal): AsyncGenerator<StreamEntry> {
  while (!signal.aborted && !reading.ended) {
    const batch = await inbox.take(IDLE_MS, signal);
    if (batch.length === 0) return;
    for (const raw of batch) {
      const entry = reading.take(raw);
      if (entry === 'gap') return;
      if (entry) yield entry;
      if (reading.ended || signal.aborted) return;
    }
  }
}
