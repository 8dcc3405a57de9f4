import type { SearchEvidence } from '@kontor/contracts';
import { retrieval, type Corpus, type PersonTx, type Ranked } from '@kontor/db';
import { timed } from '@kontor/observability';
import { matchStrength, type Leg } from '@kontor/rag-core';
import { areWide, CANDIDATES_PER_LEG, denseLeg, lexicalLeg, withFoundByWords, withNearest, type CorpusWords } from './legs.js';
import type { Reaches } from './reach.cache.js';

/** How much each leg counts, see docs/decisions/fusion.md. */
const LEG_SHARES = { lexical: 0.7, dense: 0.3 };

export interface QuestionPlan {
  weight: number;
  /** Null where no corpus has vectors to compare with. */
  vector: Float32Array | null;
  words: CorpusWords[];
}

/** What a search asks of the database, once it is known what the person may read. */
export interface SearchPlan {
  searched: Corpus[];
  /** Those of them that have vectors of the embedder in use. */
  dense: Corpus[];
  reaches: Reaches;
  questions: QuestionPlan[];
}

export type FoundLeg = Omit<Leg, 'ranked'> & { ranked: Ranked[] };

export interface FoundLegs {
  legs: FoundLeg[];
  evidence: SearchEvidence;
}

/** Runs work in a transaction of the person's. */
export type InTransaction = <T>(work: (tx: PersonTx) => Promise<T>) => Promise<T>;

export const isWidePlan = ({ reaches, searched }: SearchPlan): boolean => areWide(reaches, searched);

/** Of each question the nearest, and of each of its corpora the best by words. */
interface Found {
  nearest: readonly Ranked[][];
  byWords: ReadonlyMap<CorpusWords, Ranked[]>;
}

/** One leg after the other, where each takes milliseconds. */
export async function findInTurn(tx: PersonTx, plan: SearchPlan): Promise<FoundLegs> {
  return join(tx, plan, { nearest: await nearestOf(tx, plan), byWords: await foundByWords(tx, plan, plan.searched) });
}

/** The legs at the same time, and the largest corpus beside all others, where indexes are searched that take their time. No transaction waits for another. */
export async function findAtOnce(open: InTransaction, plan: SearchPlan): Promise<FoundLegs> {
  const [largest, ...others] = plan.searched.toSorted((a, b) => plan.reaches.get(b.id)!.rows - plan.reaches.get(a.id)!.rows);
  const [nearest, inLargest, inOthers] = await Promise.all([
    open((tx) => nearestOf(tx, plan)),
    open((tx) => foundByWords(tx, plan, [largest!])),
    others.length === 0 ? new Map<CorpusWords, Ranked[]>() : open((tx) => foundByWords(tx, plan, others)),
  ]);
  return open((tx) => join(tx, plan, { nearest, byWords: new Map([...inLargest, ...inOthers]) }));
}

const nearestOf = (tx: PersonTx, { dense, reaches, questions }: SearchPlan): Promise<Ranked[][]> =>
  each(questions, async ({ vector }) => (vector ? timed('kontor_search_seconds', { leg: 'dense' }, () => denseLeg(tx, dense, vector, reaches)) : []));

async function foundByWords(tx: PersonTx, { reaches, questions }: SearchPlan, corpora: readonly Corpus[]): Promise<Map<CorpusWords, Ranked[]>> {
  const asked = questions.flatMap(({ words }) => words.filter(({ corpus }) => corpora.includes(corpus)));
  return timed('kontor_search_seconds', { leg: 'lexical' }, async () => new Map(await each(asked, async (one) => [one, await lexicalLeg(tx, one, reaches)] as const)));
}

async function join(tx: PersonTx, { dense, reaches, questions }: SearchPlan, { nearest, byWords }: Found): Promise<FoundLegs> {
  const legs: FoundLeg[] = [];
  let strength = 0;
  for (const [index, { weight, vector, words }] of questions.entries()) {
    const all: Ranked[] = [];
    for (const one of words) {
      const ranked = retrieval.bestOf(await withNearest(tx, byWords.get(one)!, one, nearest[index]!, reaches), CANDIDATES_PER_LEG);
      strength = Math.max(strength, matchStrength(ranked[0]?.score ?? 0, one.query, one.vocabulary));
      all.push(...ranked);
    }
    const lexical = retrieval.bestOf(all, CANDIDATES_PER_LEG);
    legs.push({ weight: weight * LEG_SHARES.lexical, absentScore: 0, ranked: lexical });
    if (vector) legs.push({ weight: weight * LEG_SHARES.dense, ranked: await withFoundByWords(tx, nearest[index]!, lexical, vector, dense, reaches) });
  }
  return { legs, evidence: { lexical: strength } };
}

/** A transaction does one thing at a time. */
async function each<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const value of values) results.push(await work(value));
  return results;
}
