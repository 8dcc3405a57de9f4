import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase, makeTenant, stopTestDatabases } from '../testing/index.js';
import { CHANGING_TABLES, Maintenance } from './maintenance.js';

let fresh: FreshDatabase;
let maintenance: Maintenance;
beforeAll(async () => {
  fresh = await freshDatabase('pglite');
  maintenance = new Maintenance(fresh.engine, CHANGING_TABLES);
}, 120_000);
afterAll(async () => {
  await fresh.close();
  await stopTestDatabases();
});

const ask = async <T>(sql: string): Promise<T> => (await fresh.engine.withSession('person', (session) => session.query<{ value: T }>(sql)))[0]!.value;
const checkpointAt = (): Promise<string> => ask('SELECT redo_lsn::text AS value FROM pg_control_checkpoint()');
const writeLog = (megabytes: number): Promise<unknown> => ask(`SELECT count(pg_logical_emit_message(false, 'spec', repeat('x', 1000000)))::int AS value FROM generate_series(1, ${megabytes})`);

it('sets a checkpoint once much was written, so that a start after a crash has little to replay', async () => {
  await maintenance.tick();
  const before = await checkpointAt();
  await writeLog(10);
  await maintenance.tick();
  expect(await checkpointAt()).toBe(before);
  await writeLog(70);
  await maintenance.tick();
  expect(await checkpointAt()).not.toBe(before);
});

it('counts rows and frees the space of replaced ones', async () => {
  const { tenant } = await makeTenant(fresh.database, ['g']);
  await fresh.database.worker(tenant, (tx) => tx.query('UPDATE document SET title = title RETURNING id'));
  await maintenance.vacuum();
  expect(await ask(`SELECT reltuples AS value FROM pg_class WHERE relname = 'document'`)).toBe(1);
  expect(await ask(`SELECT relallvisible = relpages AS value FROM pg_class WHERE relname = 'document'`)).toBe(true);
});

it('ends its work before the store closes', async () => {
  const errors: unknown[] = [];
  maintenance.start((error) => errors.push(error));
  await maintenance.stop();
  expect(errors).toEqual([]);
});
