import type { Redis } from 'ioredis';
import type { RedisServer } from '../../redis/open-redis.js';
import { patiently } from '../../redis/patiently.js';
import { ended, overtaken } from '../stream-problem.js';
import type { StreamEntry, TokenStream } from '../token-stream.js';
import { Follower } from './follower.js';
import { entriesOf, type LogSource, readLog } from './read-log.js';
import { APPEND, END, REQUEST_STOP } from './scripts.js';

const ENTRIES_MAX = 20_000;
const TTL_SECONDS = 3_600;
/** One connection follows so many streams before another one is opened, up to the number of followers. */
const FOLLOWED_MAX = 250;
const FOLLOWERS_MAX = 4;
/** An API begins streams that workers end, so it forgets the oldest of those it wrote to. */
const WRITTEN_MAX = 2_000;

/** What this process wrote to a stream that has not ended. */
interface Written {
  seq: number;
  /** The last call: the next one waits for it, so that no two of one writer are under way at once. */
  call: Promise<unknown>;
}

/**
 * The token stream of the services: Redis Streams, written and read in any process. Numbers, time limits and ids come
 * from the server, so the clocks of the processes do not matter.
 */
export class RedisTokenStream implements TokenStream {
  private readonly calls: Redis;
  private readonly followers: Follower[] = [];
  private readonly written = new Map<string, Written>();
  private readonly closing = new AbortController();

  constructor(private readonly redis: RedisServer) {
    this.calls = redis.connect('calls');
  }

  append(id: string, part: unknown, afterSeq = -1): Promise<number> {
    const token = crypto.randomUUID();
    return this.inOrder(id, async (written) => {
      const seq = await patiently(this.redis.waitMs, () => APPEND.run(this.calls, [this.log(id)], [JSON.stringify(part), token, written.seq, ENTRIES_MAX, TTL_SECONDS, afterSeq]));
      if (seq === -1) throw ended(id);
      if (seq === -2) throw overtaken(id);
      return (written.seq = Number(seq));
    });
  }

  async soFar(id: string): Promise<StreamEntry[]> {
    return entriesOf(await patiently(this.redis.waitMs, () => this.calls.xrange(this.log(id), '-', '+')));
  }

  async *read(id: string, afterSeq: number, signal: AbortSignal): AsyncGenerator<StreamEntry> {
    const source: LogSource = {
      id,
      page: (after, countMax) => patiently(this.redis.waitMs, () => this.calls.xrange(this.log(id), `(${after}-0`, '+', 'COUNT', countMax)),
      tail: async () => (await patiently(this.redis.waitMs, () => this.calls.xrevrange(this.log(id), '+', '-', 'COUNT', 1)))[0]?.[0],
      follow: (after, listener) => this.follower().follow(this.log(id), `${after}-0`, listener),
    };
    yield* readLog(source, afterSeq, signal, this.closing.signal);
  }

  async end(id: string): Promise<void> {
    await this.inOrder(id, (written) => patiently(this.redis.waitMs, () => END.run(this.calls, [this.log(id), this.stop(id)], [written.seq, TTL_SECONDS])));
    this.written.delete(id);
  }

  async requestStop(id: string): Promise<boolean> {
    return (await patiently(this.redis.waitMs, () => REQUEST_STOP.run(this.calls, [this.log(id), this.stop(id)], [TTL_SECONDS]))) === 1;
  }

  onStop(id: string, stop: () => void): () => void {
    // From the beginning, so that a stop that came first is heard.
    const { stop: unsubscribe } = this.follower().follow(this.stop(id), '0-0', () => {
      unsubscribe();
      stop();
    });
    return unsubscribe;
  }

  async health(): Promise<void> {
    await this.redis.health();
    for (const follower of this.followers) follower.health();
  }

  async close(): Promise<void> {
    this.closing.abort();
    for (const follower of this.followers) follower.close();
    this.calls.disconnect();
    await Promise.resolve();
  }

  private readonly log = (id: string): string => `${this.redis.prefix}:stream:{${id}}`;
  private readonly stop = (id: string): string => `${this.redis.prefix}:stop:{${id}}`;

  private inOrder<Result>(id: string, work: (written: Written) => Promise<Result>): Promise<Result> {
    const written = this.written.get(id) ?? { seq: 0, call: Promise.resolve() };
    this.written.set(id, written);
    if (this.written.size > WRITTEN_MAX) this.written.delete(this.written.keys().next().value!);
    const result = written.call.then(() => work(written));
    written.call = result.catch(() => undefined);
    return result;
  }

  private follower(): Follower {
    const free = this.followers.find((follower) => follower.size < FOLLOWED_MAX);
    if (free) return free;
    if (this.followers.length < FOLLOWERS_MAX) {
      this.followers.push(new Follower(this.redis.connect('waiting'), this.calls, this.redis.prefix));
      return this.followers.at(-1)!;
    }
    return this.followers.reduce((least, one) => (one.size < least.size ? one : least));
  }
}
