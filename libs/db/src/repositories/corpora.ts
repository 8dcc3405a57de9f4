import { newId } from '@kontor/kernel';
import type { LexiconFile } from '@kontor/contracts';
import type { PersonTx, WorkerTx } from '../database.js';
import { announce } from './outbox.js';
import { visible, whoAsks } from './visibility.js';

export interface Corpus {
  id: string;
  name: string;
  accessState: 'ruled' | 'administrators_only';
  revision: number;
  embedder: string;
  dimensions: number;
}

const COLUMNS = `c.id, c.name, c.access_state AS "accessState", c.revision, g.embedder, g.dimensions`;
const FROM = 'FROM corpus c JOIN generation g ON g.tenant = c.tenant AND g.id = c.generation_id';

export async function findCorpus(tx: WorkerTx, name: string): Promise<Corpus | null> {
  const [row] = await tx.query<Corpus>(`SELECT ${COLUMNS} ${FROM} WHERE c.tenant = $1 AND c.name = $2`, [tx.tenant, name]);
  return row ?? null;
}

export async function getCorpus(tx: WorkerTx, id: string): Promise<Corpus | null> {
  const [row] = await tx.query<Corpus>(`SELECT ${COLUMNS} ${FROM} WHERE c.tenant = $1 AND c.id = $2`, [tx.tenant, id]);
  return row ?? null;
}

/** What a generation says before the first vector is made: any embedder may still begin. */
export const WITHOUT_VECTORS = { embedder: 'none', dimensions: 0 } as const;

interface NamedEmbedder {
  readonly model: string;
  readonly dimensions: number;
}

/** Whether vectors of this embedder compare with those of the corpus. */
export function isEmbeddedBy(corpus: Pick<Corpus, 'embedder' | 'dimensions'>, embedder: NamedEmbedder): boolean {
  return corpus.embedder === embedder.model && corpus.dimensions === embedder.dimensions;
}

/** Creates the corpus with its first generation: which embedder and which constants made its vectors. */
export async function createCorpus(tx: WorkerTx, name: string, generation: { embedder: string; dimensions: number; recipe: Record<string, unknown> }): Promise<Corpus> {
  const id = newId();
  const generationId = newId();
  await tx.query(`INSERT INTO corpus (tenant, id, name, access_state, generation_id) VALUES ($1, $2, $3, 'administrators_only', $4)`, [tx.tenant, id, name, generationId]);
  await insertGeneration(tx, generationId, id, generation, generation.recipe);
  return { id, name, accessState: 'administrators_only', revision: 0, embedder: generation.embedder, dimensions: generation.dimensions };
}

async function insertGeneration(tx: WorkerTx, id: string, corpusId: string, { embedder, dimensions }: Pick<Corpus, 'embedder' | 'dimensions'>, recipe: Record<string, unknown>): Promise<void> {
  await tx.query('INSERT INTO generation (tenant, id, corpus_id, embedder, dimensions, recipe) VALUES ($1, $2, $3, $4, $5, $6::jsonb)', [tx.tenant, id, corpusId, embedder, dimensions, JSON.stringify(recipe)]);
}

/**
 * The corpus as it stands for this embedder. While it has no vector, it gets a generation of the embedder's own; from the
 * first one on it keeps the generation that it has, because vectors of two models never compare. The corpus's row stays
 * locked to the end of the transaction, so whoever stores vectors calls this before, in the same one.
 */
export async function adoptEmbedder(tx: WorkerTx, corpusId: string, embedder: NamedEmbedder): Promise<Corpus | null> {
  await tx.query('SELECT id FROM corpus WHERE tenant = $1 AND id = $2 FOR UPDATE', [tx.tenant, corpusId]);
  const corpus = await getCorpus(tx, corpusId);
  if (!corpus || isEmbeddedBy(corpus, embedder)) return corpus;
  const vectors = await tx.query('SELECT chunk_id FROM chunk_dense WHERE tenant = $1 AND corpus_id = $2 LIMIT 1', [tx.tenant, corpusId]);
  if (vectors.length > 0) return corpus;
  const [before] = await tx.query<{ recipe: Record<string, unknown> }>('SELECT g.recipe FROM corpus c JOIN generation g ON g.tenant = c.tenant AND g.id = c.generation_id WHERE c.tenant = $1 AND c.id = $2', [tx.tenant, corpusId]);
  const adopted = { embedder: embedder.model, dimensions: embedder.dimensions };
  const generationId = newId();
  await insertGeneration(tx, generationId, corpusId, adopted, before!.recipe);
  await tx.query('UPDATE corpus SET generation_id = $3 WHERE tenant = $1 AND id = $2', [tx.tenant, corpusId, generationId]);
  await announce(tx, corpusId, 'generation.switched', { corpusId, generationId, embedder: adopted.embedder });
  return { ...corpus, ...adopted };
}

/** Every corpus, with how many of its chunks wait for a vector. */
export function listCorpora(tx: WorkerTx): Promise<(Corpus & { pending: number })[]> {
  return tx.query(
    `SELECT ${COLUMNS}, (SELECT count(*)::integer FROM chunk_pending p WHERE p.tenant = c.tenant AND p.corpus_id = c.id) AS pending ${FROM} WHERE c.tenant = $1 ORDER BY c.name`,
    [tx.tenant],
  );
}

export async function setAccessState(tx: WorkerTx, corpusId: string, state: Corpus['accessState']): Promise<void> {
  await tx.query('UPDATE corpus SET access_state = $3 WHERE tenant = $1 AND id = $2', [tx.tenant, corpusId, state]);
}

/** The corpora in which the person may read at least one document. */
export async function readableCorpora(tx: PersonTx): Promise<Corpus[]> {
  return tx.query(`SELECT ${COLUMNS} ${FROM} WHERE c.tenant = $1 AND EXISTS (SELECT FROM document d WHERE d.tenant = c.tenant AND d.corpus_id = c.id AND ${visible('d')}) ORDER BY c.name`, whoAsks(tx));
}

/** The same with how many documents, which takes a look at each. */
export async function visibleCorpora(tx: PersonTx): Promise<(Corpus & { documents: number })[]> {
  return tx.query(
    `SELECT ${COLUMNS}, count(d.id)::integer AS documents ${FROM} JOIN document d ON d.tenant = c.tenant AND d.corpus_id = c.id
     WHERE c.tenant = $1 AND ${visible('d')} GROUP BY c.id, c.name, c.access_state, c.revision, g.embedder, g.dimensions ORDER BY c.name`,
    whoAsks(tx),
  );
}

/** The file in which the terms of a corpus were found without being named; null where they were named, or there are none. */
export async function lexiconFoundAt(tx: WorkerTx, name: string): Promise<string | null> {
  const [row] = await tx.query<{ foundAt: string | null }>('SELECT lexicon_found_at AS "foundAt" FROM corpus WHERE tenant = $1 AND name = $2', [tx.tenant, name]);
  return row?.foundAt ?? null;
}

export async function replaceLexicon(tx: WorkerTx, corpusId: string, entries: LexiconFile, foundAt: string | null = null): Promise<void> {
  await tx.query('DELETE FROM lexicon_entry WHERE tenant = $1 AND corpus_id = $2', [tx.tenant, corpusId]);
  // Lists of lists travel as JSON: unnest would flatten them.
  await tx.query(
    `INSERT INTO lexicon_entry (tenant, corpus_id, ordinal, term, kind, expands, weight)
     SELECT $1, $2, ordinal, term, kind, ARRAY(SELECT jsonb_array_elements_text(expands::jsonb)), weight
     FROM unnest($3::text[], $4::text[], $5::text[], $6::real[]) WITH ORDINALITY AS new (term, kind, expands, weight, ordinal)`,
    [tx.tenant, corpusId, entries.map((entry) => entry.term), entries.map((entry) => entry.kind), entries.map((entry) => JSON.stringify(entry.expands)), entries.map((entry) => entry.weight)],
  );
  await tx.query('UPDATE corpus SET revision = revision + 1, lexicon_found_at = $3 WHERE tenant = $1 AND id = $2', [tx.tenant, corpusId, foundAt]);
}

/** The firm's terms of the named corpora, as far as the person may read something in them. */
export function readLexicon(tx: PersonTx, names: readonly string[]): Promise<LexiconFile> {
  return tx.query(
    `SELECT l.term, l.kind, l.expands, l.weight FROM lexicon_entry l JOIN corpus c ON c.tenant = l.tenant AND c.id = l.corpus_id
     WHERE l.tenant = $1 AND c.name = ANY ($3::text[]) AND EXISTS (SELECT FROM document d WHERE d.tenant = c.tenant AND d.corpus_id = c.id AND ${visible('d')}) ORDER BY c.name, l.ordinal`,
    [...whoAsks(tx), names],
  );
}

export interface VocabularyRows {
  terms: { term: string; chunks: number }[];
  chunks: number;
  lexicon: LexiconFile;
}

/**
 * Term counts over all chunks of a corpus in which the person may read something. They weigh words; since they count
 * documents that the person may not read as well, nothing but a ranking may come of them.
 */
export async function loadVocabulary(tx: PersonTx | WorkerTx, corpusId: string): Promise<VocabularyRows> {
  const key = ['scope' in tx ? tx.scope.tenant : tx.tenant, corpusId];
  // Two long texts cross between the threads faster than a hundred thousand rows.
  const [row] = await tx.query<{ terms: string | null; counts: string | null }>(
    `SELECT string_agg(term, E'\\n' ORDER BY term) AS terms, string_agg(chunks::text, E'\\n' ORDER BY term) AS counts
     FROM term WHERE tenant = $1 AND corpus_id = $2 AND chunks > 0`,
    key,
  );
  const counts = (row?.counts ?? '').split('\n');
  const terms = row?.terms == null ? [] : row.terms.split('\n').map((term, index) => ({ term, chunks: Number(counts[index]) }));
  const lexicon = await tx.query<LexiconFile[number]>('SELECT term, kind, expands, weight FROM lexicon_entry WHERE tenant = $1 AND corpus_id = $2 ORDER BY ordinal', key);
  return { terms: terms.filter((entry) => entry.term !== ''), chunks: terms.find((entry) => entry.term === '')?.chunks ?? 0, lexicon };
}
