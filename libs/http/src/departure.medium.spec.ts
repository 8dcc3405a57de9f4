import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, Module, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { Health } from '@kontor/observability';
import { openEventStream, Public, type RunningHttp, startHttp } from './index.js';

const SLOW_MS = 300;

@Controller()
class SlowController {
  @Get('quick')
  @Public()
  quick(): string {
    return 'done';
  }

  @Get('slow')
  @Public()
  async slow(): Promise<string> {
    await pause(SLOW_MS);
    return 'done';
  }

  @Get('stream')
  @Public()
  async stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const stream = openEventStream(request, reply);
    for (let seq = 1; seq <= 5 && (await stream.send({ seq }, seq)); seq += 1) await pause(SLOW_MS / 3);
    await stream.send('[DONE]');
    stream.end();
  }
}

@Module({ controllers: [SlowController] })
class SlowModule {}

const start = (more: { leaveMs?: number; drainMs?: number; health?: Health }): Promise<RunningHttp> => startHttp(SlowModule, { host: '127.0.0.1', port: 0, bodyBytesMax: 1_000, closeWaitMs: 2_000, ...more });

it('says that it leaves, and serves on, before it closes its door', async () => {
  const health = new Health();
  let busyMs = 0;
  health.register('busy', 'readiness', () => pause(busyMs));
  const http = await start({ leaveMs: 400, drainMs: 1_000, health });
  const ready = () => fetch(`${http.url}/health/ready`);
  expect((await ready()).status).toBe(200);
  const closed = http.close();
  // A server that is busy must not keep load balancers from hearing it.
  busyMs = 1_500;
  const left = await ready();
  expect([left.status, await left.json()]).toEqual([503, { ok: false, failing: ['leaving'] }]);
  expect((await fetch(`${http.url}/health/live`)).status).toBe(200);
  const served = await fetch(`${http.url}/quick`);
  expect([served.status, served.headers.get('connection')]).toEqual([200, 'close']);
  await closed;
  await expect(fetch(`${http.url}/quick`)).rejects.toThrow();
});

it('finishes the request and the stream that are under way, and then waits for nobody', async () => {
  const http = await start({ drainMs: 10_000 });
  const [slow, stream] = [fetch(`${http.url}/slow`), await fetch(`${http.url}/stream`)];
  await pause(50);
  const startedMs = performance.now();
  const closed = http.close();
  expect(await (await slow).text()).toBe('done');
  expect(await stream.text()).toMatch(/id: 5\n[^]*data: \[DONE\]\n\n$/);
  await closed;
  expect(performance.now() - startedMs).toBeLessThan(3_000);
});

it('hands a stream over that takes longer, and tells its reader when to come back', async () => {
  const http = await start({ drainMs: 150 });
  const stream = await fetch(`${http.url}/stream`);
  await http.close();
  const text = await stream.text();
  expect(text).toContain('id: 1\n');
  expect(text).not.toContain('[DONE]');
  expect(text).toMatch(/retry: 500\n\n$/);
});
