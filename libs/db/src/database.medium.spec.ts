import { afterAll, describe, it } from 'vitest';
import { describeDatabase, freshDatabase, postgresMissing, stopTestDatabases } from './testing/index.js';

afterAll(stopTestDatabases, 60_000);

describeDatabase('PGlite', () => freshDatabase('pglite'));

const missing = await postgresMissing();
if (missing === null) describeDatabase('PostgreSQL', () => freshDatabase('postgres'));
else describe.skip(`database on PostgreSQL: skipped, ${missing}`, () => it('needs a server', () => undefined));
