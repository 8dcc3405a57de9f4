import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LivingThread } from './living-thread.js';
import { compileEngine } from './open-engine.js';
import { PgliteThread } from './pglite-thread.js';
import { QueuePool } from './queue-pool.js';

let directory: string;
let thread: PgliteThread;
let pool: QueuePool;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kontor-queue-'));
  const settings = { directory: join(directory, 'queue'), module: await compileEngine(), extensions: [], parameters: ['search_path=bullmq,public'] };
  thread = await PgliteThread.start(settings);
  pool = new QueuePool(new LivingThread(thread, directory, () => PgliteThread.start(settings)), thread);
  await pool.query('CREATE SCHEMA bullmq; CREATE TABLE entry (name text)');
}, 120_000);
afterAll(async () => {
  await pool.close();
  await rm(directory, { recursive: true, force: true });
});

it('gives the types of the driver pg', async () => {
  const { rows, rowCount, command } = await pool.query(`SELECT $1::bigint AS big, 1.50::numeric AS exact, '{"a":[1]}'::jsonb AS json, ARRAY['a','b'] AS list, null AS none, true AS yes`, [9_007_199_254_740_993n]);
  expect(rows).toEqual([{ big: '9007199254740993', exact: '1.50', json: { a: [1] }, list: ['a', 'b'], none: null, yes: true }]);
  expect([rowCount, command]).toEqual([1, 'SELECT']);
});

it('takes objects, lists and dates as the driver pg does', async () => {
  const { rows } = await pool.query('SELECT $1::jsonb AS json, $2::text[] AS list, $3::timestamptz AS at', [{ n: 1 }, ['x', 'y "z"'], new Date(0)]);
  expect(rows).toEqual([{ json: { n: 1 }, list: ['x', 'y "z"'], at: new Date(0) }]);
});

it('gives the code of an error of the server', async () => {
  await expect(pool.query('SELECT * FROM nowhere')).rejects.toMatchObject({ code: '42P01' });
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

it('keeps others out of a transaction, and gives the session back at its end', async () => {
  const client = await pool.connect();
  await client.query('-- a comment that names it\nBEGIN');
  await client.query('INSERT INTO entry VALUES ($1)', ['inside']);
  const outside = pool.query('SELECT name FROM entry');
  await client.query('ROLLBACK');
  expect((await outside).rows).toEqual([]);
  client.release();
});

it('undoes the transaction of a client that is released in the middle of it', async () => {
  const client = await pool.connect();
  await client.query('BEGIN');
  await client.query('INSERT INTO entry VALUES ($1)', ['forgotten']);
  client.release();
  expect((await pool.query('SELECT name FROM entry')).rows).toEqual([]);
});

it('brings notifications to a client that listens and holds nobody up', async () => {
  const client = await pool.connect();
  const heard: unknown[] = [];
  client.on('notification', (message) => heard.push(message));
  await client.query('-- listen\nLISTEN jobs');
  await pool.query(`SELECT pg_notify('jobs', 'queue-1')`);
  await expect.poll(() => heard).toEqual([{ channel: 'jobs', payload: 'queue-1', processId: 0 }]);
  client.release();
});

it('tells listening clients that a new session took the place of a dead one', async () => {
  const client = await pool.connect();
  const dropped = new Promise((resolve) => client.once('error', resolve));
  await thread.kill();
  await expect.poll(() => pool.query('SELECT count(*)::int AS n FROM entry').then(({ rows }) => rows, () => 'not yet'), { timeout: 30_000 }).toEqual([{ n: 0 }]);
  await dropped;
  client.release();
});
