import { Job, Queue, Worker } from 'bullmq';
import type { RedisServer } from '../../redis/open-redis.js';
import { patiently } from '../../redis/patiently.js';
import { type Backend, type BullQueue, type BullWorker, EVENTS_MAX, type Lock } from './backend.js';

// A worker of the services shares its event loop with no database, so a dead one is noticed sooner than in the embedded shape.
const USUAL: Lock = { lastsMs: 30_000, renewedEveryMs: 7_500, checkedEveryMs: 10_000 };
/** A dead worker is noticed within ten seconds, and one that is busy or cut off for six keeps its job. */
const AWAITED: Lock = { lastsMs: 8_000, renewedEveryMs: 1_500, checkedEveryMs: 1_000 };

/**
 * A job whose payload is no JSON. BullMQ would fail to read it before any handler could, and try for ever; as text it
 * fails like every payload that does not fit, and goes to the dead letters.
 */
class ReadableJob extends Job {
  static override fromJSON<Data, Result, Name extends string>(...[queue, json, id]: Parameters<typeof Job.fromJSON>): Job<Data, Result, Name> {
    try {
      return super.fromJSON<Data, Result, Name>(queue, json, id);
    } catch {
      return super.fromJSON<Data, Result, Name>(queue, { ...json, data: JSON.stringify(String(json.data)) }, id);
    }
  }
}
class ReadableQueue extends Queue {
  protected override get Job(): typeof Job {
    return ReadableJob as unknown as typeof Job;
  }
}
class ReadableWorker extends Worker {
  protected override get Job(): typeof Job {
    return ReadableJob as unknown as typeof Job;
  }
}

/** Queues and workers over a Redis server. Whoever adds a job is told when the server is away; a worker waits for it. */
export function redisBackend(redis: RedisServer): Backend {
  const prefix = `${redis.prefix}:jobs`;
  const calls = redis.connect('calls');
  let waiting: typeof calls | undefined;
  return {
    lock: (awaited) => (awaited ? AWAITED : USUAL),
    queue: (name) => new ReadableQueue(name, { connection: calls, prefix, streams: { events: { maxLen: EVENTS_MAX } } }) as unknown as BullQueue,
    worker: (name, processor, options) => new ReadableWorker(name, processor, { ...options, connection: (waiting ??= redis.connect('waiting')), prefix }) as unknown as BullWorker,
    reach: (work) => patiently(redis.waitMs, work),
    health: () => redis.health(),
    close: async () => {
      calls.disconnect();
      waiting?.disconnect();
      await Promise.resolve();
    },
  };
}
