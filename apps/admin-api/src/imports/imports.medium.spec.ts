import { Controller, Post } from '@nestjs/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { INTERNAL_IMPORTS, type Problem } from '@kontor/contracts';
import { Public, startHttp, type RunningHttp } from '@kontor/http';
import { AppError } from '@kontor/kernel';
import { silentLogger } from '@kontor/observability';
import { openWorld, type World } from '@kontor/testing';
import { AuditService } from '../audit/audit.service.js';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';
import { ImportsController } from './imports.controller.js';
import { remoteImports } from './remote-imports.js';

const FILE_BYTES = 8_388_608;
const FULL = { position: 7, estimateMs: 1_000, retryAfterSeconds: 12 };

/** `ingestion` when it has no room: it answers before it has read a byte of what is being sent. */
@Controller(INTERNAL_IMPORTS)
class FullIngestion {
  @Post(['', 'uploads'])
  @Public()
  refuse(): never {
    throw new AppError('imports.full', { status: 429, retry: 'later', message: 'Full.', details: FULL });
  }
}

class SpecModule {}
let [ingestion, http, world]: [RunningHttp?, RunningHttp?, World?] = [];
beforeAll(async () => {
  world = await openWorld();
  const listen = { host: '127.0.0.1', port: 0, bodyBytesMax: 10_000 };
  ingestion = await startHttp({ module: SpecModule, controllers: [FullIngestion] }, listen);
  const ports = { tenant: 'firm', database: world.database, imports: remoteImports({ url: ingestion.url, token: 't' }), logger: silentLogger } satisfies Partial<AdminApiPorts>;
  const signIn = { identify: () => Promise.resolve({ tenant: 'firm', person: 'ada', principals: [], administrator: true }) };
  http = await startHttp({ module: SpecModule, controllers: [ImportsController], providers: [{ provide: ADMIN_API_PORTS, useValue: ports }, AuditService] }, { ...listen, signIn, closeWaitMs: 1_000 });
});
afterAll(async () => {
  await http?.close();
  await ingestion?.close();
  await world?.close();
});

it('passes on that ingestion has no room, with place and time, to whoever is still sending a large file', async () => {
  const form = new FormData();
  form.append('file', new Blob([Buffer.alloc(FILE_BYTES, 'x')]), 'large.txt');
  const uploads = fetch(`${http!.url}/api/admin/uploads?corpus=firm`, { method: 'POST', body: form });
  const folder = fetch(`${http!.url}/api/admin/imports`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ directory: '/documents', corpus: 'firm' }) });
  for (const answer of await Promise.all([uploads, folder])) {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '12']);
    expect((await answer.json()) as Problem).toMatchObject({ code: 'imports.full', details: FULL });
  }
});
