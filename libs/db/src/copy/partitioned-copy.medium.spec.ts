import { afterAll, describe, expect, it } from 'vitest';
import { migratePostgres } from '../postgres/migrate-postgres.js';
import { openPostgres } from '../postgres/open-postgres.js';
import { PostgresEngine } from '../postgres/postgres-engine.js';
import { fill, moveRows } from '../testing/copy-world.js';
import { emptyPostgres, postgresMissing, stopTestDatabases } from '../testing/index.js';
import type { CopyReport } from './copy-rows.js';
import { openPostgresSource } from './open-source.js';
import { openPostgresTarget } from './open-target.js';
import { COPY_SETTINGS } from './settings.js';

afterAll(stopTestDatabases);
const missing = await postgresMissing();

describe.skipIf(missing !== null)(`a copy of tables in partitions ${missing ?? ''}`, { timeout: 120_000 }, () => {
  const emptyStore = async (partitions?: number) => {
    const addresses = await emptyPostgres();
    await migratePostgres({ ...addresses, partitions });
    return addresses;
  };
  const move = (from: string, to: string): Promise<CopyReport> => {
    const source = openPostgresSource({ url: from, still: true });
    return moveRows(source, (migrations) => openPostgresTarget({ url: to, migrations })).finally(() => source.close());
  };

  it('goes out of them and into them with every row once, and shows everyone the same', async () => {
    const [first, whole, parted] = [await emptyStore(3), await emptyStore(), await emptyStore(4)];
    const database = await openPostgres({ url: first.serviceUrl });
    await fill(database);
    await database.close();
    const out = await move(first.ownerUrl, whole.ownerUrl);
    expect(out.tables['chunk_dense']!.rows).toBeGreaterThan(10);
    expect(out.tables).not.toHaveProperty('chunk_dense_p0');
    expect(out.searchesCompared).toBeGreaterThan(10);
    expect(await move(whole.ownerUrl, parted.ownerUrl)).toEqual(out);
    const owner = new PostgresEngine({ url: parted.ownerUrl });
    const [held] = await owner.withSession('person', async (session) => {
      await session.script(`BEGIN; ${COPY_SETTINGS}`);
      return session.query(`SELECT count(*)::int AS rows, bool_and(tableoid::regclass::text ~ '^chunk_dense_p[0-3]$') AS parted FROM chunk_dense`);
    });
    await owner.close();
    expect(held).toEqual({ rows: out.tables['chunk_dense']!.rows, parted: true });
  });
});
