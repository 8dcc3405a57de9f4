import { afterAll, describe, it } from 'vitest';
import { describeDatabase, freshDatabase, partitionedDatabase, postgresMissing, stopTestDatabases } from './testing/index.js';

afterAll(stopTestDatabases, 60_000);

describeDatabase('PGlite', () => freshDatabase('pglite'));

const missing = await postgresMissing();
if (missing === null) {
  describeDatabase('PostgreSQL', () => freshDatabase('postgres'));
  describeDatabase('PostgreSQL with partitions', partitionedDatabase);
} else describe.skip(`database on PostgreSQL: skipped, ${missing}`, () => it('needs a server', () => undefined));
