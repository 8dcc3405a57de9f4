import { newId } from '@kontor/kernel';
import type { LexiconFile } from '@kontor/contracts';
import type { PersonTx, WorkerTx } from '../database.js';
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

/** Creates the corpus with its first generation: which embedder and which constants made its vectors. */
export async function createCorpus(tx: WorkerTx, name: string, generation: { embedder: string; dimensions: number; recipe: Record<string, unknown> }): Promise<Corpus> {
  const id = newId();
  const generationId = newId();
  await tx.query('INSERT INTO generation (tenant, id, corpus_id, embedder, dimensions, recipe) VALUES ($1, $2, $3, $4, $5, $6::jsonb)', [
    tx.tenant, generationId, id, generation.embedder, generation.dimensions, JSON.stringify(generation.recipe),
  ]);
  await tx.query(`INSERT INTO corpus (tenant, id, name, access_state, generation_id) VALUES ($1, $2, $3, 'administrators_only', $4)`, [tx.tenant, id, name, generationId]);
  return { id, name, accessState: 'administrators_only', revision: 0, embedder: generation.embedder, dimensions: generation.dimensions };
}

export async function setAccessState(tx: WorkerTx, corpusId: string, state: Corpus['accessState']): Promise<void> {
  await tx.query('UPDATE corpus SET access_state = $3 WHERE tenant = $1 AND id = $2', [tx.tenant, corpusId, state]);
}

/** The corpora in which the person may read at least one document, with how many. */
export async function visibleCorpora(tx: PersonTx): Promise<(Corpus & { documents: number })[]> {
  return tx.query(
    `SELECT ${COLUMNS}, count(d.id)::integer AS documents ${FROM} JOIN document d ON d.tenant = c.tenant AND d.corpus_id = c.id
     WHERE c.tenant = $1 AND ${visible('d')} GROUP BY c.id, c.name, c.access_state, c.revision, g.embedder, g.dimensions ORDER BY c.name`,
    whoAsks(tx),
  );
}

export async function replaceLexicon(tx: WorkerTx, corpusId: string, entries: LexiconFile): Promise<void> {
  await tx.query('DELETE FROM lexicon_entry WHERE tenant = $1 AND corpus_id = $2', [tx.tenant, corpusId]);
  for (const entry of entries) {
    await tx.query('INSERT INTO lexicon_entry (tenant, corpus_id, term, kind, expands, weight) VALUES ($1, $2, $3, $4, $5, $6)', [
      tx.tenant, corpusId, entry.term, entry.kind, entry.expands, entry.weight,
    ]);
  }
  await tx.query('UPDATE corpus SET revision = revision + 1 WHERE tenant = $1 AND id = $2', [tx.tenant, corpusId]);
}

export interface VocabularyRows {
  terms: { term: string; chunks: number }[];
  chunks: number;
  lexicon: LexiconFile;
}

/** Term counts over all chunks of a corpus; they weigh words and name no document. */
export async function loadVocabulary(tx: PersonTx, corpusId: string): Promise<VocabularyRows> {
  const key = [tx.scope.tenant, corpusId];
  const terms = await tx.query<{ term: string; chunks: number }>('SELECT term, chunks FROM term WHERE tenant = $1 AND corpus_id = $2 AND chunks > 0', key);
  const lexicon = await tx.query<LexiconFile[number]>('SELECT term, kind, expands, weight FROM lexicon_entry WHERE tenant = $1 AND corpus_id = $2', key);
  const [generation] = await tx.query<{ chunks: number }>(`SELECT coalesce(max(chunks), 0)::integer AS chunks FROM term WHERE tenant = $1 AND corpus_id = $2 AND term = ''`, key);
  return { terms: terms.filter((row) => row.term !== ''), chunks: generation!.chunks, lexicon };
}
