import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Body, Controller, Get, Module, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '@kontor/kernel';
import { correlationId, createLogger, Health, startTracing } from '@kontor/observability';
import { startTraceReceiver } from '@kontor/observability/testing';
import { Administrators, type Caller, Principal, Public, type RunningHttp, type SignIn, startHttp, startMetricsServer, uploads } from './index.js';

const AskBody = z.object({ question: z.string().min(1), limit: z.number().int().max(20).optional() });

@Controller('api')
class SpecController {
  @Get('me')
  me(@Principal() caller: Caller) {
    return { person: caller.person, correlation: correlationId() };
  }

  @Get('settings')
  @Administrators()
  settings() {
    return { secret: true };
  }

  @Post('ask')
  @Public()
  async ask(@Body({ schema: AskBody }) body: z.infer<typeof AskBody>) {
    await new Promise((resolve) => setImmediate(resolve));
    return { question: body.question, correlation: correlationId() };
  }

  @Get('broken/:how')
  @Public()
  broken(@Param('how', { schema: z.enum(['known', 'unknown', 'wrapped']) }) how: string) {
    if (how === 'known') throw new AppError('document.too_large', { status: 413, message: 'The document is too large.', details: { sizeBytesMax: 5 } });
    if (how === 'wrapped') throw AppError.from(new Error('password of the database'));
    throw new Error('password of the database');
  }

  @Post('files')
  @Public()
  async files(@Req() request: FastifyRequest) {
    const sizes: Record<string, number> = {};
    for await (const upload of uploads(request)) {
      let sizeBytes = 0;
      for await (const chunk of upload.content) sizeBytes += (chunk as Buffer).length;
      upload.assertWhole();
      sizes[upload.name] = sizeBytes;
    }
    return sizes;
  }
}

@Module({ controllers: [SpecController] })
class SpecModule {}

const people: Record<string, Caller> = {
  ada: { tenant: 't', person: 'ada', principals: ['person:ada'], administrator: false },
  root: { tenant: 't', person: 'root', principals: ['role:administrator'], administrator: true },
};
const signIn: SignIn = { identify: ({ cookies }) => Promise.resolve(people[cookies.get('session') ?? ''] ?? null) };

let http: RunningHttp;
let directory: string;
const lines: string[] = [];

interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
  json: () => Record<string, unknown>;
}

/** `fetch` does not let a caller set Host and Origin, which is what these specs are about. */
function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${http.url}${path}`, { method: options.method ?? 'GET', headers: options.headers ?? {} }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text, json: () => JSON.parse(text) as Record<string, unknown> }));
    });
    outgoing.on('error', reject);
    // The body follows later than the head, as it does over a slow line.
    outgoing.flushHeaders();
    setTimeout(() => outgoing.end(options.body), options.body === undefined ? 0 : 30);
  });
}
const json = { 'content-type': 'application/json' };
const post = (path: string, body: unknown, headers: Record<string, string> = {}) => ask(path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kontor-http-'));
  await mkdir(join(directory, 'web/assets'), { recursive: true });
  await writeFile(join(directory, 'secret.txt'), 'not a page');
  await writeFile(join(directory, 'web/index.html'), '<title>Kontor</title>');
  await writeFile(join(directory, 'web/assets/page-4f2a.js'), 'export {};');
  const health = new Health();
  health.register('model', 'readiness', () => { throw new AppError('model.missing', { message: 'inner detail' }); });
  const logger = createLogger({ level: 'debug', text: false, stream: { write: (line) => lines.push(line) } });
  http = await startHttp(SpecModule, { host: '127.0.0.1', port: 0, bodyBytesMax: 2_000, fileBytesMax: 10_000, allowedHosts: ['kontor.example'], logger, signIn, health, pages: [{ prefix: '/', directory: join(directory, 'web') }] });
});
afterAll(async () => {
  await http.close();
  await rm(directory, { recursive: true });
});

describe('problem documents', () => {
  it('names every invalid field, by path', async () => {
    const answer = await post('/api/ask', { question: '', limit: 99 });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ code: 'request.invalid', status: 400, details: { fields: [{ path: 'question' }, { path: 'limit' }] } });
  });

  it('keeps code, status and details of an AppError', async () => {
    const answer = await ask('/api/broken/known');
    expect(answer.json()).toMatchObject({ code: 'document.too_large', status: 413, detail: 'The document is too large.', details: { sizeBytesMax: 5 } });
  });

  it.each(['unknown', 'wrapped'])('says nothing of an %s error but where the log holds it', async (how) => {
    const answer = await ask(`/api/broken/${how}`, { headers: { 'x-request-id': `request-${how}` } });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('password');
    expect(answer.json()).toMatchObject({ code: 'internal.unexpected', instance: `urn:kontor:request:request-${how}` });
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => line.correlation === `request-${how}`);
    expect(logged).toMatchObject({ level: 50, err: { message: 'password of the database' } });
  });

  it.each([
    ['an unknown route', '/api/nothing', {}, 404, 'route.not_found'],
    ['a body that is too large', '/api/ask', { method: 'POST', headers: json, body: JSON.stringify({ question: 'x'.repeat(3_000) }) }, 413, 'request.too_large'],
    ['a body that is no JSON', '/api/ask', { method: 'POST', headers: json, body: '{"question":' }, 400, 'request.malformed'],
    ['a body of another type', '/api/ask', { method: 'POST', headers: { 'content-type': 'text/x-other' }, body: 'x' }, 415, 'request.media_type_unsupported'],
    ['an address that cannot be decoded', '/api/%zz', {}, 400, 'request.malformed'],
  ])('answers %s with a stable code', async (_name, path, options, status, code) => {
    const answer = await ask(path, options);
    expect({ status: answer.status, code: answer.json().code }).toEqual({ status, code });
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('sign-in', () => {
  it('closes a route that nobody opened', async () => {
    expect((await ask('/api/me')).json()).toMatchObject({ status: 401, code: 'sign_in.required' });
    expect((await ask('/api/me', { headers: { cookie: 'other=1; session=ada' } })).json()).toMatchObject({ person: 'ada' });
  });

  it('keeps administration to administrators', async () => {
    expect((await ask('/api/settings', { headers: { cookie: 'session=ada' } })).json()).toMatchObject({ status: 403, code: 'sign_in.administrator_required' });
    expect((await ask('/api/settings', { headers: { cookie: 'session=root' } })).status).toBe(200);
  });
});

describe('other sites', () => {
  it('refuses a name that was pointed at this machine, before any route runs', async () => {
    const answer = await ask('/api/me', { headers: { host: 'evil.example', cookie: 'session=ada' } });
    expect(answer.json()).toMatchObject({ status: 421, code: 'http.host_refused' });
    expect((await ask('/api/me', { headers: { host: 'kontor.example', cookie: 'session=ada' } })).status).toBe(200);
  });

  it('refuses a change that a page of another site asks for', async () => {
    const foreign: Record<string, string>[] = [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }];
    for (const headers of foreign) {
      expect((await post('/api/ask', { question: 'q' }, headers)).json()).toMatchObject({ status: 403, code: 'http.origin_refused' });
    }
    expect((await post('/api/ask', { question: 'q' }, { origin: http.url })).status).toBe(201);
  });
});

describe('requests', () => {
  it('keeps one id through body, handler and response', async () => {
    const answer = await post('/api/ask', { question: 'q' }, { 'x-request-id': 'from-the-caller' });
    expect(answer.json().correlation).toBe('from-the-caller');
    expect(answer.headers['x-request-id']).toBe('from-the-caller');
    expect((await post('/api/ask', { question: 'q' }, { 'x-request-id': 'no good id!' })).json().correlation).not.toBe('no good id!');
  });

  it('tells a load balancer what fails, not why', async () => {
    expect((await ask('/health/live')).json()).toEqual({ ok: true, failing: [] });
    const ready = await ask('/health/ready');
    expect([ready.status, ready.json()]).toEqual([503, { ok: false, failing: ['model'] }]);
  });

  it('reads uploads as streams and refuses a file that was cut at the limit', async () => {
    const form = (size: number) => {
      const data = new FormData();
      data.append('note', 'ignored');
      data.append('files', new Blob(['x'.repeat(size)]), 'ü.txt');
      return fetch(`${http.url}/api/files`, { method: 'POST', body: data });
    };
    expect(await (await form(9_000)).json()).toEqual({ 'ü.txt': 9_000 });
    const refused = await form(20_000);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([413, 'upload.too_large']);
    expect((await post('/api/files', {})).json()).toMatchObject({ code: 'request.media_type_unsupported' });
  });
});

describe('pages', () => {
  const browser = { headers: { accept: 'text/html,*/*' } };

  it('serves files with a policy and lets only assets be kept', async () => {
    const page = await ask('/', browser);
    expect([page.status, page.text, page.headers['cache-control']]).toEqual([200, '<title>Kontor</title>', 'no-cache']);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect((await ask('/assets/page-4f2a.js')).headers['cache-control']).toContain('immutable');
  });

  it('answers a view with the page, but an unknown file or API address with 404', async () => {
    expect((await ask('/conversations/1', browser)).text).toContain('Kontor');
    expect((await ask('/assets/missing.js', browser)).json()).toMatchObject({ code: 'route.not_found' });
    expect((await ask('/api/missing', browser)).json()).toMatchObject({ code: 'route.not_found' });
    expect((await ask('/conversations/1')).status).toBe(404);
  });

  it('serves nothing beside its folder', async () => {
    for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt']) {
      const answer = await ask(path);
      expect(answer.text).not.toContain('not a page');
      expect(answer.status).toBe(404);
    }
  });
});

describe('metrics', () => {
  it('are served on a port of their own, by route and not by address', async () => {
    await ask('/api/broken/known');
    const metrics = await startMetricsServer({ host: '127.0.0.1', port: 0 });
    const look = (path: string) => fetch(`http://127.0.0.1:${metrics.port}${path}`);
    const text = await (await look('/metrics')).text();
    expect(text).toMatch(/kontor_http_request_seconds_count\{method="GET",route="\/api\/broken\/:how",status="413"\} \d/);
    expect((await look('/')).status).toBe(404);
    expect((await ask('/metrics')).text).not.toContain('kontor_http');
    await expect(startMetricsServer({ host: '127.0.0.1', port: metrics.port })).rejects.toMatchObject({ code: 'metrics.port_in_use' });
    await metrics.close();
  });
});

describe('traces', () => {
  it('hold a request by its route, as a part of what the caller names, and not what stands in the address or beside the API', async () => {
    const receiver = await startTraceReceiver();
    const tracing = await startTracing({ url: receiver.url, sample: 1, text: false }, { service: 'spec', logger: createLogger({ level: 'silent', text: false }) });
    const [trace, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    await post('/api/ask', { question: 'Wann zieht die Fertigung um?' }, { traceparent: `00-${trace}-${parent}-00` });
    await ask('/api/broken/unknown?question=Fertigung');
    await ask('/api/broken/known');
    await ask('/health/live');
    await ask('/', { headers: { accept: 'text/html' } });
    await tracing.close();
    await receiver.close();
    expect(receiver.spans.map(({ name, attributes }) => [name, attributes['http.response.status_code'], attributes['error.type']])).toEqual([
      ['POST /api/ask', 201, undefined], ['GET /api/broken/:how', 500, 'Error'], ['GET /api/broken/:how', 413, undefined],
    ]);
    expect(receiver.spans[0]).toMatchObject({ traceId: trace, parentSpanId: parent, kind: 2 });
    expect(receiver.spans[2]!.attributes['kontor.problem.code']).toBe('document.too_large');
    expect(receiver.bodies.join()).not.toContain('Fertigung');
  });
});

describe('startHttp', () => {
  it('says what to do when the port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(startHttp(SpecModule, { host: '127.0.0.1', port, bodyBytesMax: 1_000 })).rejects.toMatchObject({ code: 'http.port_in_use', message: expect.stringMatching(new RegExp(`Port ${port} .*KONTOR_PORT`)) as string });
    await new Promise((resolve) => taken.close(resolve));
  });

  it('leaves the port free when it is closed', async () => {
    const first = await startHttp(SpecModule, { host: '127.0.0.1', port: 0, bodyBytesMax: 1_000 });
    await first.close();
    const second = await startHttp(SpecModule, { host: '127.0.0.1', port: first.port, bodyBytesMax: 1_000 });
    expect(second.port).toBe(first.port);
    await second.close();
  });
});
