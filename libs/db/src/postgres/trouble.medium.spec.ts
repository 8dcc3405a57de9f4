import { mountSmallDisk, startPostgres, type PostgresServer, type SmallDisk } from '@kontor/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database.js';
import { knownDocuments } from '../repositories/documents.js';
import { makeCorpus, makeDocument } from '../testing/factories.js';
import { postgresMissing } from '../testing/index.js';
import { migratePostgres } from './migrate-postgres.js';
import { openPostgres } from './open-postgres.js';

const NOBODY = { uid: 65_534, gid: 65_534 };
const MEBIBYTE = 1_048_576;
const DOCUMENTS_MAX = 400;
const missing = await postgresMissing();

describe.skipIf(missing !== null)(missing === null ? 'PostgreSQL in trouble' : `PostgreSQL in trouble: skipped, ${missing}`, () => {
  let server: PostgresServer;
  let disk: SmallDisk | null = null;
  const opened: Database[] = [];
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    for (const database of opened) await database.close();
    await server.stop();
    disk?.unmount();
  });

  /** A database of its own, opened by its address with password. */
  async function open(name: string, tablespace = ''): Promise<Database> {
    await server.administer(`CREATE DATABASE ${name} OWNER kontor_owner ${tablespace}`);
    await server.administer('CREATE EXTENSION vector', name);
    await migratePostgres({ ownerUrl: server.address(name, 'kontor_owner'), serviceUrl: server.address(name) });
    const database = await openPostgres({ url: server.address(name), connectionsMax: 2 });
    opened.push(database);
    return database;
  }

  it('says that its disk is full, reads on, loses nothing that it took, and takes more once there is room', async ({ skip }) => {
    disk = mountSmallDisk({ sizeMebibytes: 64, ...(process.getuid?.() === 0 ? { account: NOBODY } : {}) });
    if (!disk) return skip('this account may mount no small disk');
    await server.administer(`CREATE TABLESPACE small LOCATION '${disk.point}'`);
    const database = await open('small', 'TABLESPACE small');
    const corpus = await database.worker('firm', (tx) => makeCorpus(tx));
    const add = (at: number) => database.worker('firm', (tx) => makeDocument(tx, corpus.id, { path: `${at}.md`, readers: ['g'], chunks: [`Page ${at} ${randomWords(40_000)}`] }));
    const paths = async () => (await database.worker('firm', (tx) => knownDocuments(tx, corpus.id))).map(({ path }) => path);
    const taken: string[] = [];
    disk.fill(MEBIBYTE);
    const fillUp = async (): Promise<void> => {
      for (let at = 0; at < DOCUMENTS_MAX; at += 1) {
        await add(at);
        taken.push(`${at}.md`);
      }
    };
    await expect(fillUp()).rejects.toMatchObject({ code: 'store.disk_full', status: 507, retry: 'later', message: expect.stringContaining('Free some space') as string });
    expect((await paths()).sort()).toEqual(taken.sort());
    disk.free();
    await add(DOCUMENTS_MAX);
    expect(await paths()).toHaveLength(taken.length + 1);
  }, 60_000);

  it('is told apart where it lets the account in no more: another password, expired, shut out; and goes on where it does again', async () => {
    const database = await open('locked');
    const corpus = await database.worker('firm', (tx) => makeCorpus(tx));
    const password = new URL(server.url).password;
    const endSessions = () => server.administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kontor_service'`);
    const work = () => database.worker('firm', async (tx) => (await tx.query('SELECT id FROM corpus WHERE tenant = $1', [tx.tenant])).length);
    for (const [change, back] of [
      [`PASSWORD 'another'`, `PASSWORD '${password}'`],
      [`VALID UNTIL '2020-01-01'`, `VALID UNTIL 'infinity'`],
      ['NOLOGIN', 'LOGIN'],
    ]) {
      await server.administer(`ALTER ROLE kontor_service ${change}`);
      // Who is in stays in.
      expect(await work()).toBe(1);
      await endSessions();
      const refusal = await work().catch((thrown: Error) => thrown);
      expect(refusal).toMatchObject({ code: expect.stringMatching(/^store\.(credentials_refused|unreachable)$/) as string, retry: 'later' });
      await expect(work()).rejects.toMatchObject({ code: 'store.credentials_refused', status: 503, retry: 'later', message: expect.stringContaining('KONTOR_DATABASE_URL') as string });
      expect(JSON.stringify(refusal)).not.toContain(password);
      await server.administer(`ALTER ROLE kontor_service ${back}`);
      expect(await work()).toBe(1);
    }
    expect(corpus.id).toBeDefined();
  }, 30_000);
});

/** Words that no compression makes small. */
function randomWords(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes / 2)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
