import { once } from 'node:events';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '@kontor/kernel';

/** Proxies cut a silent connection after 30 to 60 seconds. */
const HEARTBEAT_MS = 15_000;

/** What `EventSource` and Kontor's own page follow by themselves; the words are for whoever reads the wire. */
const HANDED_OVER = ': this server ends; the rest is at the same address, after the last id\nretry: 500\n\n';

export interface EventStreamOptions {
  heartbeatMs?: number;
  headers?: Record<string, string>;
}

/** One client that reads server-sent events. */
export interface EventStream {
  /** Aborted when the client is gone or the server closes: stop producing. */
  readonly signal: AbortSignal;
  /**
   * Sends one event as JSON, or text as it stands, and waits while the client is slow.
   * @returns false when the client is gone
   */
  send(data: unknown, id?: number | string): Promise<boolean>;
  end(): void;
  /** Ends before everything was said: the rest is to be had from another instance. */
  handOver(): void;
}

const open = new WeakMap<FastifyInstance['server'], Set<EventStream>>();

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');
function frame(data: unknown, id?: number | string): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const lines = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${id === undefined ? '' : `id: ${oneLine(String(id))}\n`}${lines.join('')}\n`;
}

function register(server: FastifyInstance['server'], stream: EventStream): void {
  const streams = open.get(server) ?? new Set<EventStream>();
  open.set(server, streams.add(stream));
  stream.signal.addEventListener('abort', () => streams.delete(stream), { once: true });
}

/**
 * Takes the reply over and writes server-sent events to it.
 *
 * @example
 * const stream = openEventStream(request, reply);
 * for await (const { seq, part } of tokens.read(id, after, stream.signal)) await stream.send(part, seq);
 * stream.end();
 */
export function openEventStream(request: FastifyRequest, reply: FastifyReply, options: EventStreamOptions = {}): EventStream {
  const gone = new AbortController();
  const { raw } = reply;
  reply.hijack();
  const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no', ...options.headers };
  raw.writeHead(200, headers as Record<string, string>);
  raw.flushHeaders();

  const write = async (text: string): Promise<boolean> => {
    if (gone.signal.aborted || raw.writableEnded) return false;
    if (!raw.write(text)) await once(raw, 'drain', { signal: gone.signal }).catch(() => undefined);
    return !gone.signal.aborted;
  };
  // A comment; only while nothing waits in the buffer, or a slow client would gather them.
  const heartbeat = setInterval(() => raw.writableNeedDrain || void write(': \n\n'), options.heartbeatMs ?? HEARTBEAT_MS);
  const stop = (): void => {
    clearInterval(heartbeat);
    gone.abort();
  };
  raw.once('close', stop);
  raw.once('error', stop);
  const stream: EventStream = {
    signal: gone.signal,
    send: (data, id) => write(frame(data, id)),
    end: () => {
      clearInterval(heartbeat);
      raw.end();
    },
    handOver: () => {
      clearInterval(heartbeat);
      raw.end(HANDED_OVER);
    },
  };
  register(request.server.server, stream);
  // Gone before the reply was taken over: no event will tell.
  if (raw.destroyed) stop();
  return stream;
}

/** Ends what is still open, so that a closing server waits for nobody. Clients are told when to come back, with `Last-Event-ID`. */
export function endEventStreams(server: FastifyInstance['server']): void {
  for (const stream of open.get(server) ?? []) stream.handOver();
}

/** The sequence number after which a client resumes; undefined where it starts anew. */
export function lastEventId(request: FastifyRequest): number | undefined {
  const header = request.headers['last-event-id'];
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header);
  throw new AppError('request.invalid', { status: 400, message: 'Last-Event-ID must be the number of the last event that arrived.' });
}
