import { AppError } from '@kontor/kernel';
import { assertMayCopy } from '../copy/owner-policy.js';
import type { Engine, Session } from '../engine.js';
import { LIMITS } from './patience.js';
import { partitionsOf } from './partitioned-index.js';
import { searchIndexes } from './search-indexes.js';
import { furnishing, readFrame } from './table-parts.js';

/** Removing a document looks into each, and locks each and its indexes: a server has room for some thousands of locks. */
export const PARTITIONS_MAX = 64;
/** What every search reads. Parted by corpus, it reads the parts of the corpora that it names, and no other. */
const SEARCH_TABLES = ['chunk_lexical', 'chunk_dense'];
const PARTED_BY = 'corpus_id';
/** A schema for the tables as they were; nobody but this transaction ever sees it. */
const BESIDE = 'kontor_before';

type OnPartition = (state: 'copying' | 'copied', table: string) => void;

/**
 * Brings the tables of search into so many partitions, by a hash of the corpus: a new corpus then needs no new table, which
 * the accounts of services could not make. It copies the tables in one transaction, in which nobody else reads or writes
 * them; it changes nothing where they are so already, or where it fails. Their indexes of search are built afterwards.
 *
 * @throws AppError `partitions.store_in_use` where others hold the tables
 * @throws AppError `partitions.failed` where something stands in the way, with what the server says of it
 */
export async function partitionSearch(engine: Engine, partitions: number, onPartition?: OnPartition): Promise<void> {
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > PARTITIONS_MAX) {
    throw new AppError('partitions.out_of_range', { message: `There can be 1 to ${PARTITIONS_MAX} partitions.`, details: { partitions, partitionsMax: PARTITIONS_MAX } });
  }
  await engine.withSession('background', async (session) => {
    const tables: string[] = [];
    for (const table of SEARCH_TABLES) if ((await partitionsOf(session, table)).length !== partitions) tables.push(table);
    if (tables.length === 0) return;
    const builtLater = (await searchIndexes(session)).map((index) => index.name);
    await session.script(`BEGIN; ${LIMITS} SET LOCAL app.copying = 'on'; SET LOCAL idle_in_transaction_session_timeout = 0`);
    try {
      await takeTables(session, tables);
      await assertMayCopy(session);
      await session.script(`CREATE SCHEMA ${BESIDE}`);
      for (const table of tables) await copyApart(session, table, { partitions, builtLater, onPartition });
      await session.script(`DROP SCHEMA ${BESIDE}; COMMIT`);
    } catch (error) {
      await session.script('ROLLBACK').catch(() => session.discard());
      throw error;
    }
  });
}

/** Those that they refer to first, as writers take them. Those too are needed whole: they lose a reference and get another. */
async function takeTables(session: Session, tables: readonly string[]): Promise<void> {
  const names = new Set<string>();
  for (const table of tables) for (const parent of (await readFrame(session, table)).parents) names.add(parent);
  for (const table of tables) names.add(`public.${table}`);
  await session.script(`LOCK TABLE ${[...names].join(', ')} IN ACCESS EXCLUSIVE MODE`).catch((cause: unknown) => {
    throw cause instanceof AppError && ['store.lock_timeout', 'store.conflict'].includes(cause.code) ? inUse(cause) : cause;
  });
}

async function copyApart(session: Session, table: string, { partitions, builtLater, onPartition }: { partitions: number; builtLater: string[]; onPartition: OnPartition | undefined }): Promise<void> {
  onPartition?.('copying', table);
  const { owner, columns, options, relations } = await readFrame(session, table);
  const parts = Array.from({ length: partitions }, (_, index) => `${table}_p${index}`);
  const furnish = await furnishing(session, table, { column: PARTED_BY, partitions: parts, without: builtLater });
  for (const relation of relations) await session.script(`ALTER TABLE ${relation} SET SCHEMA ${BESIDE}`);
  await session.script(`CREATE TABLE public.${table} (LIKE ${BESIDE}.${table} INCLUDING ALL EXCLUDING INDEXES) PARTITION BY HASH (${PARTED_BY})`);
  for (const [index, part] of parts.entries()) {
    await session.script(`CREATE TABLE public.${part} PARTITION OF public.${table} FOR VALUES WITH (MODULUS ${partitions}, REMAINDER ${index})${options === '' ? '' : ` WITH (${options})`}`);
  }
  for (const name of [table, ...parts]) await giveTo(session, name, owner);
  // With row security off, the server refuses to read what it would have to hide: a row can be missing in no other way.
  await session.script(`ALTER TABLE ${BESIDE}.${table} NO FORCE ROW LEVEL SECURITY; SET LOCAL row_security = off`);
  await session.script(`INSERT INTO public.${table} (${columns}) SELECT ${columns} FROM ${BESIDE}.${table}; SET LOCAL row_security = on`);
  for (const statement of [...furnish, `DROP TABLE ${BESIDE}.${table}`]) await attempt(session, statement);
  await session.script(`ANALYZE public.${table}`);
  onPartition?.('copied', table);
}

/** To the owner of before, and to nobody else: a server may be told to let others into whatever is new. */
async function giveTo(session: Session, table: string, owner: string): Promise<void> {
  const statements = await session.query<{ statement: string }>(
    `SELECT format('ALTER TABLE %s OWNER TO %I', c.oid::regclass, $2::text) AS statement FROM pg_class c WHERE c.oid = to_regclass($1) AND pg_get_userbyid(relowner) <> $2
     UNION ALL SELECT format('REVOKE ALL ON %s FROM %s', c.oid::regclass, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
       FROM pg_class c CROSS JOIN LATERAL aclexplode(relacl) WHERE c.oid = to_regclass($1) AND grantee <> relowner`,
    [`public.${table}`, owner],
  );
  for (const { statement } of statements) await session.script(statement);
}

/** Holds no rows: it says what the table is, or that it goes. */
async function attempt(session: Session, statement: string): Promise<void> {
  await session.script(statement).catch((cause: unknown) => {
    if (!(cause instanceof AppError) || cause.code !== 'store.query_failed') throw cause;
    const { sqlstate } = cause.details;
    throw new AppError('partitions.failed', { message: `The tables of search cannot be brought into partitions, so nothing was changed. The server refuses (${String(sqlstate)}): ${statement}`, details: { sqlstate, statement }, cause });
  });
}

const inUse = (cause: AppError): AppError =>
  new AppError('partitions.store_in_use', { status: 409, retry: 'later', message: 'Something uses the tables of search at the moment, so nothing was changed: stop every service of Kontor, and begin again.', details: cause.details, cause });
