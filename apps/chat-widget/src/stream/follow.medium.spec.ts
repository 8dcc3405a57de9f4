import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { StreamPart } from '@kontor/contracts';
import { applyPart, emptyAnswer } from '../answer/answer.js';
import { KontorApi } from '../http/kontor-api.js';
import { newTrace } from '../http/trace.js';
import { followAnswer, type Following } from './follow.js';

const PARTS: StreamPart[] = [
  { type: 'start', messageId: 'm1' },
  { type: 'text-start', id: 't' },
  ...['You ', 'get ', '30 ', 'days – ', 'ä.'].map((delta): StreamPart => ({ type: 'text-delta', id: 't', delta })),
  { type: 'finish' },
];

type Behaviour = (response: ServerResponse, after: number) => void;
let server: Server | undefined;

/** A server whose n-th connection to the stream behaves as the n-th function says; it records the ids it was asked for. */
async function serve(behaviours: Behaviour[]) {
  const asked: (string | undefined)[] = [];
  server = createServer((request: IncomingMessage, response) => {
    const lastId = request.headers['last-event-id'] as string | undefined;
    asked.push(lastId);
    behaviours[asked.length - 1]!(response, lastId === undefined ? 0 : Number(lastId));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return { api: new KontorApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api`), asked };
}

const write = (response: ServerResponse, from: number, to: number) => {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let i = from; i < to; i += 1) response.write(`id: ${i + 1}\ndata: ${JSON.stringify(PARTS[i])}\n\n`);
};
const all: Behaviour = (response, after) => { write(response, after, PARTS.length); response.end('data: [DONE]\n\n'); };
const dropAfter = (count: number): Behaviour => (response, after) => {
  write(response, after, count);
  response.write('id: 99\ndata: {"type":"text-del', () => response.destroy());
};
const status = (code: number): Behaviour => (response) => {
  response.writeHead(code, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ title: 'Refused', status: code, code: 'test.problem', detail: 'No.' }));
};

async function follow(api: KontorApi, over: Partial<Following> = {}) {
  const connection: boolean[] = [];
  let answer = emptyAnswer();
  const signal = over.signal ?? new AbortController().signal;
  const outcome = await followAnswer({
    response: null,
    resume: (last) => api.resume('m1', last, signal, newTrace()),
    onPart: (part) => { answer = applyPart(answer, part); },
    onConnection: (live) => connection.push(live),
    signal, retryDelaysMs: [1], ...over,
  });
  return { outcome, answer, connection };
}

describe('followAnswer', () => {
  afterEach(() => { server?.closeAllConnections(); server?.close(); });

  it('asks for the rest after the last whole part, so that no word is lost or doubled by a dropped connection', async () => {
    const { api, asked } = await serve([dropAfter(3), status(503), dropAfter(5), all]);
    const { outcome, answer, connection } = await follow(api);
    expect(outcome).toBe('finished');
    expect(answer).toMatchObject({ text: 'You get 30 days – ä.', status: 'answered' });
    expect(asked).toEqual([undefined, '3', '3', '5']);
    expect(connection).toEqual([true, false, false, true, false, true]);
  });

  it('takes a stream that ends without [DONE] for a dropped one', async () => {
    const { api, asked } = await serve([(response) => { write(response, 0, 4); response.end(); }, all]);
    expect((await follow(api)).answer.text).toBe('You get 30 days – ä.');
    expect(asked).toEqual([undefined, '4']);
  });

  it('passes over a part that only a newer server knows', async () => {
    const { api } = await serve([(response, after) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('id: 0\ndata: {"type":"data-mood","data":{}}\n\n');
      all(response, after);
    }]);
    expect((await follow(api)).answer).toMatchObject({ text: 'You get 30 days – ä.', status: 'answered' });
  });

  it('gives a silent connection up and comes back', async () => {
    const { api, asked } = await serve([(response) => write(response, 0, 4), all]);
    expect((await follow(api, { idleMsMax: 50 })).outcome).toBe('finished');
    expect(asked).toEqual([undefined, '4']);
  });

  it('says "gone" when the stream is no longer kept, or when the id of the answer never came', async () => {
    expect((await follow((await serve([status(404)])).api)).outcome).toBe('gone');
    server!.close();
    expect((await follow((await serve([])).api, { resume: () => null })).outcome).toBe('gone');
  });

  it('does not knock again where it is not let in', async () => {
    const { api, asked } = await serve([status(403)]);
    await expect(follow(api)).rejects.toMatchObject({ code: 'test.problem', message: 'No.', status: 403 });
    expect(asked).toHaveLength(1);
  });

  it('ends at once when the person leaves', async () => {
    const { api } = await serve([(response) => write(response, 0, 4)]);
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 50);
    await expect(follow(api, { signal: leaving.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
