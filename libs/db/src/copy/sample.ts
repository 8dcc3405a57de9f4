import type { Scope } from '@kontor/contracts';
import { becomePerson, type PersonTx } from '../database.js';
import type { Session } from '../engine.js';
import { findScope } from '../repositories/people.js';
import { nearestDense, nearestLexical, type Ranked } from '../repositories/retrieval.js';

const PEOPLE_MAX = 50;
const SEARCHES_MAX = 20;
const HITS = 10;
/** Two machines add up a distance in another order; what differs by less than this is a tie. */
const SCORE_TOLERANCE = 1e-5;

type Hit = [chunkId: string, score: number];

/** What sampled people see and find, as row-level security lets them. */
export interface StoreSample {
  people: { tenant: string; person: string; documents: number; checksum: string }[];
  /** A stored passage's own vectors, asked as the person whom the place in the list names. */
  searches: { tenant: string; person: string; corpora: string[]; dense: string; lexical: string; denseHits: Hit[]; lexicalHits: Hit[] }[];
}

interface Query {
  dense: string;
  lexical: string;
}

export async function readSample(session: Session): Promise<StoreSample> {
  const sample: StoreSample = { people: [], searches: [] };
  for (const { tenant } of await session.query<{ tenant: string }>('SELECT tenant FROM corpus UNION SELECT tenant FROM person ORDER BY tenant')) {
    const people = await drawPeople(session, tenant);
    for (const person of people) sample.people.push({ tenant, person, ...(await seenBy(session, tenant, person)) });
    const readers = sample.people.filter((one) => one.tenant === tenant && one.documents > 0);
    if (readers.length === 0) continue;
    const corpora = (await session.query<{ id: string }>('SELECT id FROM corpus WHERE tenant = $1 ORDER BY id', [tenant])).map(({ id }) => id);
    for (const [index, query] of (await drawQueries(session, tenant)).entries()) {
      const { person } = readers[index % readers.length]!;
      sample.searches.push({ tenant, person, corpora, ...query, ...(await search(session, tenant, person, corpora, query)) });
    }
  }
  return sample;
}

/** What is not as the sample says, in words. */
export async function compareSample(session: Session, sample: StoreSample): Promise<string[]> {
  const differences: string[] = [];
  for (const { tenant, person, documents, checksum } of sample.people) {
    const now = await seenBy(session, tenant, person);
    if (now.checksum !== checksum) differences.push(`${person} of ${tenant} sees ${now.documents} documents that are not the ${documents} of before`);
  }
  for (const { tenant, person, corpora, denseHits, lexicalHits, ...query } of sample.searches) {
    const now = await search(session, tenant, person, corpora, query);
    if (!sameHits(denseHits, now.denseHits)) differences.push(`a search by meaning as ${person} of ${tenant} finds other passages`);
    if (!sameHits(lexicalHits, now.lexicalHits)) differences.push(`a search by words as ${person} of ${tenant} finds other passages`);
  }
  return differences;
}

/** The same scores in order, and the same passages but for those that tie with the last place. */
export function sameHits(before: readonly Hit[], now: readonly Hit[]): boolean {
  const alike = (a: number, b: number): boolean => Math.abs(a - b) <= SCORE_TOLERANCE * Math.max(1, Math.abs(a));
  if (before.length !== now.length || before.some(([, score], index) => !alike(score, now[index]![1]))) return false;
  const last = before.at(-1)?.[1] ?? 0;
  const found = new Set(now.map(([id]) => id));
  return before.every(([id, score]) => found.has(id) || alike(score, last));
}

// By a hash of the id: spread over all of them, and the same ones whenever it is asked.
async function drawPeople(session: Session, tenant: string): Promise<string[]> {
  const rows = await session.query<{ id: string }>(
    `SELECT id FROM (SELECT id FROM person WHERE tenant = $1 UNION SELECT person FROM corpus_person WHERE tenant = $1) AS named ORDER BY sha256(convert_to(id, 'UTF8')) LIMIT $2`,
    [tenant, PEOPLE_MAX],
  );
  return rows.map(({ id }) => id);
}

function drawQueries(session: Session, tenant: string): Promise<Query[]> {
  return session.query(
    `SELECT d.dense::text AS dense, l.lexical::text AS lexical FROM chunk_dense d JOIN chunk_lexical l ON l.tenant = d.tenant AND l.chunk_id = d.chunk_id
      WHERE d.tenant = $1 ORDER BY sha256(convert_to(d.chunk_id::text, 'UTF8')) LIMIT $2`,
    [tenant, SEARCHES_MAX],
  );
}

async function seenBy(session: Session, tenant: string, person: string): Promise<{ documents: number; checksum: string }> {
  return asPerson(session, tenant, person, async (tx) => {
    const [seen] = await tx.query<{ documents: number; checksum: string }>(
      `SELECT count(*)::integer AS documents, encode(sha256(convert_to(coalesce(string_agg(id::text, ',' ORDER BY id), ''), 'UTF8')), 'hex') AS checksum FROM document WHERE tenant = $1`,
      [tenant],
    );
    return seen!;
  });
}

function search(session: Session, tenant: string, person: string, corpora: readonly string[], { dense, lexical }: Query): Promise<{ denseHits: Hit[]; lexicalHits: Hit[] }> {
  const hits = (ranked: readonly Ranked[]): Hit[] => ranked.map(({ chunkId, score }) => [chunkId, score]);
  return asPerson(session, tenant, person, async (tx) => {
    // Exactly, not through an index that may leave something out: the rows are judged here, and not the index.
    await session.script('SET LOCAL enable_indexscan = off');
    return { denseHits: hits(await nearestDense(tx, corpora, dense, HITS)), lexicalHits: hits(await nearestLexical(tx, corpora, lexical, HITS)) };
  });
}

/** Takes on the role and the rights of a person inside the copying transaction, so that both see one moment. */
async function asPerson<T>(session: Session, tenant: string, person: string, work: (tx: PersonTx) => Promise<T>): Promise<T> {
  await session.script('SAVEPOINT person; SET LOCAL ROLE kontor_worker');
  await session.query(`SELECT set_config('app.tenant', $1, true)`, [tenant]);
  const scope: Scope = (await findScope({ tenant, query: session.query }, person))?.scope ?? { tenant, person, principals: [] };
  await session.script('SET LOCAL ROLE kontor_app');
  const result = await work(await becomePerson(session, scope));
  await session.script('ROLLBACK TO SAVEPOINT person; RELEASE SAVEPOINT person');
  return result;
}
