import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { AppError } from '@kontor/kernel';
import type { ChatEvent, ChatModel, ChoiceRequest } from '../chat/chat-model.js';
import { answerChunks, completion, requestOf, type Beginning } from './chat-server-wire.js';

/** How the server misbehaves; nothing set means that it answers as vLLM does. */
export interface ChatServerFaults {
  /** Status of every answer to a chat request, with `retry-after` and a body where they are set. */
  status?: number;
  retryAfter?: string;
  body?: string;
  /** Takes requests and never answers. */
  silent?: boolean;
  /** Sends this in the place of the second event of an answer. */
  garbage?: string;
  /** Ends the connection after so many events of an answer; 0 ends it where the answer would begin. */
  cutAfterEvents?: number;
  /** Sends nothing more after so many events and does not end either. */
  stallAfterEvents?: number;
  withoutChances?: boolean;
  withoutTokenize?: boolean;
  withoutUsage?: boolean;
  withoutModelLength?: boolean;
}

export interface ChatServerOptions {
  /** What writes the answers. */
  model: ChatModel;
  /** The likeliest first tokens; without it the server tells no chances. */
  likeliest?: (request: Pick<ChoiceRequest, 'system' | 'turns' | 'cacheKey'>, count: number, signal: AbortSignal) => Promise<Beginning[]>;
  /** Required of every request. */
  key?: string;
  /** 0 takes a free one. */
  port?: number;
}

const Tokenize = z.object({ prompt: z.string() });

/** A server on loopback that answers as vLLM does, whatever model stands behind it. */
export class ChatServer {
  faults: ChatServerFaults = {};
  /** How many chat requests came, and the latest one's body. */
  requests = 0;
  lastBody: Record<string, unknown> = {};
  /** Answers that are being written now, the most there ever were, and those whose reader left before the end. */
  running = 0;
  runningMax = 0;
  left = 0;

  readonly url: string;

  private constructor(
    private readonly options: ChatServerOptions,
    private readonly server: Server,
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(options: ChatServerOptions): Promise<ChatServer> {
    const server = createServer().listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    const one = new ChatServer(options, server);
    server.on('request', (request, response) => void one.#answer(request, response));
    return one;
  }

  /** The model is the caller's to close. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const leaving = new AbortController();
    response.on('close', () => leaving.abort(new Error('the reader left')));
    try {
      await this.#route(request, response, leaving.signal);
    } catch (thrown) {
      if (!leaving.signal.aborted) refuse(response, AppError.from(thrown));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { key, model } = this.options;
    if (this.faults.silent) return;
    if (request.url === '/health') return send(response, 200, {});
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) return send(response, 401, { error: 'Unauthorized' });
    if (request.url === '/v1/models') return send(response, 200, { object: 'list', data: [{ id: model.model, object: 'model', ...(this.faults.withoutModelLength ? {} : { max_model_len: model.contextTokensMax }) }] });
    const body: unknown = JSON.parse(await bodyOf(request));
    if (request.url === '/tokenize' && !this.faults.withoutTokenize) return send(response, 200, { count: model.countTokens(Tokenize.parse(body).prompt), max_model_len: model.contextTokensMax });
    if (request.url !== '/v1/chat/completions') return send(response, 404, { detail: 'Not Found' });
    this.requests += 1;
    this.lastBody = body as Record<string, unknown>;
    const { status, retryAfter, body: text } = this.faults;
    if (status !== undefined) return void response.writeHead(status, { 'content-type': 'application/json', ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) }).end(text ?? '{"error":{"message":"no"}}');
    await this.#counted(() => this.#chat(body, response, signal), signal);
  }

  async #counted(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    this.running += 1;
    this.runningMax = Math.max(this.runningMax, this.running);
    try {
      await work();
    } finally {
      this.running -= 1;
      if (signal.aborted) this.left += 1;
    }
  }

  async #chat(body: unknown, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { model, likeliest } = this.options;
    const { request, stream, chances } = requestOf(body, model.model);
    if (!stream) {
      const beginnings = chances > 0 && likeliest && !this.faults.withoutChances ? await likeliest(request, chances, signal) : undefined;
      return send(response, 200, await completion(model, request, beginnings, signal));
    }
    const events = model.generate(request, signal)[Symbol.asyncIterator]();
    // The first piece, because a refusal needs a status of its own.
    const first = await events.next();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    await this.#write(response, answerChunks(model.model, resumed(first, events), { stop: request.stop, withUsage: !this.faults.withoutUsage }));
  }

  async #write(response: ServerResponse, chunks: AsyncIterable<string>): Promise<void> {
    const { garbage, cutAfterEvents, stallAfterEvents } = this.faults;
    let written = 0;
    for await (const chunk of chunks) {
      if (written === cutAfterEvents) return void response.destroy();
      if (written === stallAfterEvents) return void (await once(response, 'close'));
      const data = garbage !== undefined && written === 1 ? garbage : chunk;
      written += 1;
      if (!response.write(`data: ${data}\n\n`)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    response.end();
  }
}

async function* resumed(first: IteratorResult<ChatEvent>, rest: AsyncIterator<ChatEvent>): AsyncGenerator<ChatEvent> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    // The model is free only when its iteration has ended, also where the reader left.
    await rest.return?.();
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, error: AppError): void {
  if (response.headersSent) return void response.destroy();
  const tooLong = error.code === 'chat.prompt_too_long';
  const message = tooLong ? `This model's maximum context length is ${String(error.details.contextTokensMax)} tokens. However, your request has more.` : 'Bad request';
  send(response, error.status === 500 ? 400 : tooLong ? 400 : error.status, { error: { message, type: 'BadRequestError', param: null, code: 400 } });
}
