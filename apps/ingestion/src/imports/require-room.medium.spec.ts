import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Upload } from '@kontor/http';
import { openIngestion, uploadOf, type IngestionWorld } from '../testing/ingestion-world.js';

let world: IngestionWorld;
beforeEach(async () => {
  world = await openIngestion();
  world.ports.importsWaitingMax = 2;
});
afterEach(() => world.close());

it('sends an import and an upload away with place and time while as many as may are under way, and takes nothing of them', async () => {
  const taken = [(await world.bring({ 'leave.md': '# Leave\n\nThirty days.\n' })).runId, (await world.uploads.upload('other', uploadOf({ 'keys.md': '# Keys\n\nAt the gate.\n' }))).runId];
  let opened = 0;
  async function* counted(): AsyncGenerator<Upload> {
    opened += 1;
    yield* uploadOf({ 'late.md': '# Late\n\nToo late.\n' });
  }
  const full = { code: 'imports.full', status: 429, retry: 'later', details: { position: 2, estimateMs: null, retryAfterSeconds: 30 } };
  await expect(world.bring({ 'late.md': '# Late\n' }, 'third')).rejects.toMatchObject(full);
  await expect(world.uploads.upload('third', counted())).rejects.toMatchObject(full);
  expect(opened).toBe(0);
  expect((await world.imports.latest(10)).map(({ corpus }) => corpus).sort()).toEqual(['handbook', 'other']);
  // They come to their end: there is room again, and what they took is known.
  await world.work();
  for (const runId of taken) expect(await world.finished(runId)).toMatchObject({ parsed: 1, failed: 0 });
  expect(await world.finished((await world.uploads.upload('third', counted())).runId)).toMatchObject({ parsed: 1 });
  world.ports.importsWaitingMax = 0;
  await expect(world.bring({}, 'third')).rejects.toMatchObject({ details: { position: 0, estimateMs: expect.any(Number) as number, retryAfterSeconds: 5 } });
});
