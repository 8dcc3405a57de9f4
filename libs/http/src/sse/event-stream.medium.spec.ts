import { connect, type Socket } from 'node:net';
import { Controller, Get, Module, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Public, type RunningHttp, startHttp } from '../index.js';
import { type EventStream, lastEventId, openEventStream } from './event-stream.js';

let opened: (stream: EventStream) => void;
let resumedAfter: number | undefined;

@Controller('stream')
class StreamController {
  @Get()
  @Public()
  stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    resumedAfter = lastEventId(request);
    opened(openEventStream(request, reply, { heartbeatMs: 30, headers: { 'x-kind': 'spec' } }));
  }
}

@Module({ controllers: [StreamController] })
class StreamModule {}

let http: RunningHttp;
let sockets: Socket[] = [];

/** A client on a bare socket, because it must be able to stop reading and to vanish. */
async function openClient(headers = ''): Promise<{ socket: Socket; stream: EventStream; text: () => string }> {
  const stream = new Promise<EventStream>((resolve) => (opened = resolve));
  const socket = connect(http.port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.write(`GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`);
  return { socket, stream: await stream, text: () => text };
}
const until = (condition: () => boolean) => expect.poll(condition, { timeout: 5_000, interval: 10 }).toBe(true);

beforeEach(async () => {
  http = await startHttp(StreamModule, { host: '127.0.0.1', port: 0, bodyBytesMax: 1_000, closeWaitMs: 1_000 });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await http.close();
});

describe('openEventStream', () => {
  it('sends events with their number, and the headers that keep proxies from holding them back', async () => {
    const { stream, text } = await openClient();
    expect(await stream.send({ type: 'text-delta', delta: 'a\nb' }, 7)).toBe(true);
    await stream.send('[DONE]\nend');
    stream.end();
    await until(() => text().includes('end'));
    expect(text()).toContain('id: 7\ndata: {"type":"text-delta","delta":"a\\nb"}\n\n');
    expect(text()).toContain('data: [DONE]\ndata: end\n\n');
    expect(text().toLowerCase()).toContain('content-type: text/event-stream; charset=utf-8');
    expect(text().toLowerCase()).toContain('x-accel-buffering: no');
    expect(text().toLowerCase()).toContain('x-kind: spec');
    expect(text().toLowerCase()).toContain('x-content-type-options: nosniff');
  });

  it('keeps a silent connection alive', async () => {
    const { text } = await openClient();
    await until(() => (text().match(/^: $/gm) ?? []).length >= 2);
  });

  it('tells the producer that the client is gone', async () => {
    const { socket, stream } = await openClient();
    socket.destroy();
    await until(() => stream.signal.aborted);
    expect(await stream.send('late')).toBe(false);
  });

  it('waits for a slow client and gives up when it goes', async () => {
    const { socket, stream } = await openClient();
    socket.pause();
    let sent = 0;
    const producing = (async () => {
      while (await stream.send('x'.repeat(64_000))) sent += 1;
    })();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const buffered = sent;
    expect(buffered).toBeLessThan(500);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sent).toBe(buffered);
    socket.destroy();
    await producing;
  });

  it('reads where a client resumes', async () => {
    await openClient('Last-Event-ID: 41\r\n');
    expect(resumedAfter).toBe(41);
  });

  it('refuses a resume point that is no number', async () => {
    const response = await fetch(`${http.url}/stream`, { headers: { 'last-event-id': 'x' } });
    expect(await response.json()).toMatchObject({ code: 'request.invalid' });
  });

  it('does not keep a closing server waiting', async () => {
    const { stream } = await openClient();
    const startedAt = performance.now();
    await http.close();
    expect(performance.now() - startedAt).toBeLessThan(900);
    expect(stream.signal.aborted).toBe(true);
    http = await startHttp(StreamModule, { host: '127.0.0.1', port: 0, bodyBytesMax: 1_000 });
  });
});
