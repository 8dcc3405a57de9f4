import { Inject, Injectable } from '@nestjs/common';
import { SEARCH_HITS_MAX, type Scope, type SearchEvidence, type SearchHit, type SearchResponse } from '@kontor/contracts';
import { corpora, retrieval, type Corpus, type FoundChunk, type PersonTx, type Ranked } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import type { Embedder } from '@kontor/models';
import { timed } from '@kontor/observability';
import { detectLanguage, fuse, mergeNeighbours, queryVector, matchStrength, searchQuestions, type Language, type Leg } from '@kontor/rag-core';
import { CHAT_API_PORTS, type ChatApiPorts } from '../ports.js';
import { CANDIDATES_PER_LEG, denseLeg, lexicalLeg, withFoundByWords } from './legs.js';
import { ReachCache, type Reaches } from './reach.cache.js';
import { VocabularyCache } from './vocabulary.cache.js';

/** How much each leg counts, see docs/decisions/fusion.md. */
const LEG_SHARES = { lexical: 0.7, dense: 0.3 };
const MERGED_FROM_CHUNKS = 40;

export interface SearchQuery {
  question: string;
  corpus?: string | null | undefined;
  /** Earlier questions of the conversation, oldest first. */
  history: readonly string[];
  limit?: number;
}

type FoundLeg = Omit<Leg, 'ranked'> & { ranked: Ranked[] };

interface Asked {
  questions: readonly string[];
  embedder: Embedder | null;
  /** One a question, where there is an embedder. */
  vectors: readonly Float32Array[] | null;
}

interface Found {
  legs: FoundLeg[];
  searched: Corpus[];
  /** Those of them that have vectors of the embedder in use. */
  dense: Corpus[];
  evidence: SearchEvidence;
}

export interface SearchResult extends SearchResponse {
  language: Language;
  evidence: SearchEvidence;
}

/** Hybrid search over what a person may read: dense and BM25, fused by rank, neighbours merged. */
@Injectable()
export class SearchService {
  constructor(
    @Inject(CHAT_API_PORTS) private readonly ports: ChatApiPorts,
    @Inject(VocabularyCache) private readonly vocabularies: VocabularyCache,
    @Inject(ReachCache) private readonly reaches: ReachCache,
  ) {}

  search(scope: Scope, query: SearchQuery): Promise<SearchResult> {
    return timed('kontor_search_seconds', { leg: 'all' }, () => this.find(scope, query));
  }

  private async find(scope: Scope, query: SearchQuery): Promise<SearchResult> {
    const startedMs = performance.now();
    const language = detectLanguage(query.question);
    const questions = searchQuestions(query.question, query.history);
    const embedder = this.ports.embedder();
    const vectors = embedder ? await timed('kontor_search_seconds', { leg: 'embed' }, () => embedder.embed(questions, 'query')) : null;
    const { database, searchDatabase } = this.ports;
    const findIn = (tx: PersonTx): Promise<Found> => this.findLegs(tx, query, { questions, embedder, vectors });
    const answer = async (tx: PersonTx, { legs, searched, dense, evidence }: Found): Promise<SearchResult> => {
      const hits = await this.hitsOf(tx, legs, query.limit ?? SEARCH_HITS_MAX);
      const notices = noticesOf(searched.filter((corpus) => !dense.includes(corpus)), embedder !== null);
      return { hits, mode: dense.length > 0 ? 'hybrid' : 'lexical', searchMs: performance.now() - startedMs, notices, language, evidence };
    };
    if (!searchDatabase) return database.person(scope, async (tx) => answer(tx, await findIn(tx)));
    // A standby is a little behind, also with rights: what it found is read where they are decided.
    const found = await searchDatabase.person(scope, findIn);
    return database.person(scope, (tx) => answer(tx, found));
  }

  private async findLegs(tx: PersonTx, query: SearchQuery, { questions, embedder, vectors }: Asked): Promise<Found> {
    const searched = (await corpora.readableCorpora(tx)).filter((corpus) => !query.corpus || corpus.name === query.corpus);
    if (query.corpus && searched.length === 0) throw corpusUnknown(query.corpus);
    const dense = searched.filter((corpus) => embedder && corpora.isEmbeddedBy(corpus, embedder));
    const reaches = await this.reaches.reachOf(tx, searched.map((corpus) => corpus.id));
    const legs: FoundLeg[] = [];
    const evidence: SearchEvidence = { lexical: 0 };
    for (const [index, question] of questions.entries()) {
      // A follow-up is searched as it stands and with the question before; the one as it stands leads.
      const weight = index === 0 ? 1 : 0.7;
      const nearest = dense.length === 0 ? [] : await timed('kontor_search_seconds', { leg: 'dense' }, () => denseLeg(tx, dense.map((corpus) => corpus.id), vectors![index]!, reaches));
      const lexical = await timed('kontor_search_seconds', { leg: 'lexical' }, () => this.byWords(tx, searched, question, { reaches, nearest }));
      evidence.lexical = Math.max(evidence.lexical, lexical.strength);
      legs.push({ weight: weight * LEG_SHARES.lexical, absentScore: 0, ranked: lexical.ranked });
      if (dense.length > 0) legs.push({ weight: weight * LEG_SHARES.dense, ranked: await withFoundByWords(tx, nearest, lexical.ranked, vectors![index]!, reaches) });
    }
    return { legs, searched, dense, evidence };
  }

  /** The best by BM25, and how well the best of them holds the question's words. */
  private async byWords(tx: PersonTx, searched: readonly Corpus[], question: string, { reaches, nearest }: { reaches: Reaches; nearest: readonly Ranked[] }): Promise<{ ranked: Ranked[]; strength: number }> {
    const all: Ranked[] = [];
    let strength = 0;
    for (const corpus of searched) {
      const { vocabulary, lexicon } = await this.vocabularies.wordsOf(tx, corpus);
      const query = queryVector(question, detectLanguage(question), vocabulary, lexicon);
      if (query.vector.dimensions.length === 0) continue;
      const ranked = await lexicalLeg(tx, corpus, { query, vocabulary, reaches, nearest });
      strength = Math.max(strength, matchStrength(ranked[0]?.score ?? 0, query, vocabulary));
      all.push(...ranked);
    }
    return { ranked: all.sort((a, b) => b.score - a.score).slice(0, CANDIDATES_PER_LEG), strength };
  }

  private async hitsOf(tx: PersonTx, legs: readonly FoundLeg[], limit: number): Promise<SearchHit[]> {
    const fused = fuse(legs.map(({ ranked, ...leg }) => ({ ...leg, ranked: ranked.map(({ chunkId, score }) => ({ id: chunkId, score })) }))).slice(0, MERGED_FROM_CHUNKS);
    const chunks = new Map((await retrieval.readChunks(tx, fused.map((one) => one.id))).map((chunk) => [chunk.id, chunk]));
    const ranked = fused.flatMap(({ id, score }) => (chunks.has(id) ? [{ ...chunks.get(id)!, score }] : []));
    const merged = mergeNeighbours(ranked, { joins: sameSection });
    return merged.slice(0, limit).map(({ best, members, start, end, score }) => ({
      documentId: best.documentId,
      corpus: best.corpus,
      path: best.path,
      title: best.title,
      headingPath: best.headingPath,
      page: best.page,
      text: members.map((member) => member.text).join('\n'),
      start,
      end,
      score,
    }));
  }
}

/** The same for a corpus that is not there and for one in which the person may read nothing. */
export const corpusUnknown = (name: string): AppError =>
  new AppError('corpus.unknown', { status: 404, message: `There is no corpus "${name.slice(0, 63)}" in which you may read anything.` });

/** Parts of one section are one hit; two paragraphs of a statute are two. */
const sameSection = (left: FoundChunk, right: FoundChunk): boolean => left.headingPath.join('\u0000') === right.headingPath.join('\u0000');

/** Why corpora were searched by words only: their vectors are of another model, or there is no model or no vector yet. */
function noticesOf(wordsOnly: readonly Corpus[], ready: boolean): string[] {
  const other = (corpus: Corpus): boolean => ready && corpus.embedder !== corpora.WITHOUT_VECTORS.embedder;
  return [...new Set(wordsOnly.map((corpus) => (other(corpus) ? 'search.other_embedder' : 'search.lexical_only')))];
}
