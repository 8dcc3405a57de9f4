import type { z } from 'zod';
import { AppError, ServerEventParser } from '@kontor/kernel';
import { traceHeaders } from '@kontor/observability';
import { Patience } from './patience.js';
import { cut, refusal, unreachable, unreadable } from './server-errors.js';

export interface ServerLimits {
  /** For everything that is no answer: the list of models, counting tokens. */
  replyMs: number;
  /** From the request to the first piece of the answer, the server's own queue included. */
  firstPieceMs: number;
  /** Between two pieces of an answer. */
  pieceMs: number;
}

export const serverLimits: ServerLimits = { replyMs: 10_000, firstPieceMs: 120_000, pieceMs: 30_000 };

const KEY = /^[\x21-\x7e]+$/;
const REPLY_BYTES_MAX = 4_194_304;
/** No event of an answer is near this long; a flood without an end to a line must not fill the memory. */
const EVENT_BYTES_MAX = 1_048_576;

/** The first event may name the role only, before the prompt was read. */
const EVENTS_BEFORE_TEXT = 1;

interface Request {
  path: string;
  body?: object;
  signal: AbortSignal;
  limitMs?: number;
}

/** HTTP with one server: time limits, size limits, and each failure as one AppError. It knows nothing of chat. */
export class ServerClient {
  readonly #headers: Record<string, string>;

  constructor(
    private readonly url: string,
    key: string | undefined,
    private readonly limits: ServerLimits,
  ) {
    // An ill-formed header would be named, with its value, by the error that `fetch` throws.
    if (key !== undefined && !KEY.test(key)) throw new AppError('chat.key_invalid', { message: 'The key of the chat server has characters that no header may hold: correct KONTOR_CHAT_KEY.' });
    this.#headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) };
  }

  async json<Schema extends z.ZodType>(schema: Schema, { signal, limitMs, ...request }: Request): Promise<z.infer<Schema>> {
    const patience = new Patience(signal);
    patience.wait(limitMs ?? this.limits.replyMs);
    try {
      const response = await this.#send(request, patience.signal);
      return schema.parse(JSON.parse(await textOf(response, REPLY_BYTES_MAX)));
    } catch (thrown) {
      const reason = patience.reason(thrown);
      throw reason === thrown && !(thrown instanceof AppError) ? (isOfNetwork(thrown) ? cut() : unreadable()) : reason;
    } finally {
      patience.end();
    }
  }

  /** The data of each event. A consumer that stops, or an abort, closes the connection. */
  async *events({ signal, ...request }: Request): AsyncGenerator<string> {
    const patience = new Patience(signal);
    patience.wait(this.limits.firstPieceMs);
    try {
      const response = await this.#send(request, patience.signal);
      const parser = new ServerEventParser();
      let openBytes = 0;
      let seen = 0;
      for await (const bytes of response.body ?? []) {
        const events = parser.push(bytes as Uint8Array);
        openBytes = events.length > 0 ? 0 : openBytes + (bytes as Uint8Array).byteLength;
        if (openBytes > EVENT_BYTES_MAX) throw unreadable();
        patience.pause();
        for (const { data } of events) yield data;
        seen += events.length;
        patience.wait(seen > EVENTS_BEFORE_TEXT ? this.limits.pieceMs : this.limits.firstPieceMs);
      }
    } catch (thrown) {
      const reason = patience.reason(thrown);
      throw reason === thrown && isOfNetwork(thrown) ? cut() : reason;
    } finally {
      patience.end();
    }
  }

  async #send({ path, body }: Omit<Request, 'signal'>, signal: AbortSignal): Promise<Response> {
    // A redirect could carry questions and documents out of the house, so none is followed.
    const init = { method: body === undefined ? 'GET' : 'POST', headers: { ...this.#headers, ...traceHeaders() }, signal, redirect: 'manual' as const, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(this.url + path, init).catch((thrown: unknown) => {
      throw isOfNetwork(thrown) ? unreachable(codeOf(thrown)) : thrown;
    });
    if (response.ok) return response;
    throw refusal(response.status, response.headers, await textOf(response, REPLY_BYTES_MAX).catch(() => ''));
  }
}

/** What `fetch` throws where the network fails, before or in the middle of an answer. */
const isOfNetwork = (thrown: unknown): boolean => thrown instanceof TypeError && thrown.cause instanceof Error;

function codeOf(thrown: unknown): string | undefined {
  const cause = thrown instanceof Error ? (thrown.cause as { code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'string' ? cause.code : undefined;
}

async function textOf(response: Response, bytesMax: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes as Uint8Array, { stream: true });
    if (text.length > bytesMax) throw unreadable();
  }
  return text;
}
