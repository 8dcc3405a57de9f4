import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTrace, silentLogger, startTracing, type Tracing } from '@kontor/observability';
import { startTraceReceiver, type ReceivedSpan, type TraceReceiver } from '@kontor/observability/testing';
import type { ChatModel } from '../chat/chat-model.js';
import { ServerClient, serverLimits } from '../chat/server/server-client.js';
import { HashEmbedder, ScriptedChatModel } from '../testing/index.js';
import { TracedChatModel } from './traced-chat.js';
import { TracedEmbedder } from './traced-embedder.js';

let receiver: TraceReceiver;
let tracing: Tracing;
beforeEach(async () => {
  receiver = await startTraceReceiver();
});
afterEach(async () => {
  await tracing.close();
  await receiver.close();
});

const QUESTION = 'Wann zieht die Fertigung um?';
const never = new AbortController().signal;
const request = { system: 'Answer.', turns: [{ role: 'user' as const, text: QUESTION }], tokensMax: 20, temperature: 0, cacheKey: 'de' };
const scripted = () => new TracedChatModel(new ScriptedChatModel({ answer: () => 'Im Mai nach Torgau.' }));

/** What was traced while the work was done within a request. */
async function traced(text: boolean, work: () => Promise<unknown>): Promise<ReceivedSpan[]> {
  tracing = await startTracing({ url: receiver.url, sample: 1, text }, { service: 'spec', logger: silentLogger });
  await inTrace('request', {}, work).catch(() => undefined);
  await tracing.close();
  return receiver.spans;
}

async function answer(model: ChatModel, wordsMax = Infinity): Promise<string> {
  let [text, words] = ['', 0];
  for await (const event of model.generate(request, never)) {
    if (event.type === 'text') text += event.text;
    words += 1;
    if (words >= wordsMax) break;
  }
  return text;
}

describe('a chat model', () => {
  it('is seen reading the prompt and writing, with its tokens and none of the words', async () => {
    const spans = await traced(false, async () => expect(await answer(scripted())).toBe('Im Mai nach Torgau.'));
    expect(spans.map(({ name }) => name)).toEqual(['read prompt', 'write', 'chat scripted', 'request']);
    const chat = spans[2]!;
    expect([spans[0]!.parentSpanId, spans[1]!.parentSpanId]).toEqual([chat.spanId, chat.spanId]);
    expect(chat.attributes).toMatchObject({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'scripted', 'gen_ai.request.max_tokens': 20, 'gen_ai.usage.output_tokens': 4 });
    expect(receiver.bodies.join()).not.toMatch(/Fertigung|Torgau/);
  });

  it('shows prompt and answer where the operator opted in', async () => {
    const spans = await traced(true, () => answer(scripted()));
    const { attributes } = spans.find(({ name }) => name === 'chat scripted')!;
    expect([attributes['gen_ai.input.messages'], attributes['gen_ai.output.messages']].join()).toMatch(/Fertigung.*Torgau/);
  });

  it('ends its spans where the reader leaves early, and says why it failed', async () => {
    const spans = await traced(false, async () => {
      await answer(scripted(), 1);
      const closed = scripted();
      await closed.close();
      await answer(closed);
    });
    expect(spans.map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
      ['read prompt', undefined], ['write', undefined], ['chat scripted', undefined], ['read prompt', undefined], ['chat scripted', 'chat.closed'], ['request', 'chat.closed'],
    ]);
  });

  it('tells a server which trace it works for', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const server = createServer((incoming, response) => {
      seen.push(incoming.headers);
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new ServerClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, undefined, serverLimits);
    const send = (): Promise<unknown> => client.json({ parse: () => null } as never, { path: '/', signal: never });
    const [span] = await traced(false, send);
    await send();
    server.close();
    expect(seen.map(({ traceparent }) => traceparent?.slice(3, 35))).toEqual([span!.traceId, undefined]);
  });
});

describe('an embedder', () => {
  it('is seen with the number of texts and none of them', async () => {
    const embedder = new TracedEmbedder(new HashEmbedder());
    const spans = await traced(false, () => embedder.embed([QUESTION, QUESTION], 'query'));
    expect(spans[0]).toMatchObject({ name: `embeddings ${embedder.model}`, attributes: { 'kontor.embedding.kind': 'query', 'kontor.embedding.texts': 2 } });
    expect(receiver.bodies.join()).not.toContain('Fertigung');
  });
});
