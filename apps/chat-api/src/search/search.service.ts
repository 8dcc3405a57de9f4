import { Inject, Injectable } from '@nestjs/common';
import { SEARCH_HITS_MAX, type Scope, type SearchEvidence, type SearchHit, type SearchResponse } from '@kontor/contracts';
import { corpora, retrieval, type Corpus, type Database, type FoundChunk, type PersonTx } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import type { Embedder } from '@kontor/models';
import { timed } from '@kontor/observability';
import { detectLanguage, fuse, mergeNeighbours, queryVector, searchQuestions, type Language } from '@kontor/rag-core';
import { CHAT_API_PORTS, type ChatApiPorts } from '../ports.js';
import { findAtOnce, findInTurn, isWidePlan, type FoundLeg, type FoundLegs, type QuestionPlan, type SearchPlan } from './find-legs.js';
import type { CorpusWords } from './legs.js';
import { ReachCache } from './reach.cache.js';
import { VocabularyCache } from './vocabulary.cache.js';

const MERGED_FROM_CHUNKS = 40;

export interface SearchQuery {
  question: string;
  corpus?: string | null | undefined;
  /** Earlier questions of the conversation, oldest first. */
  history: readonly string[];
  limit?: number;
}

interface Asked {
  questions: readonly string[];
  embedder: Embedder | null;
  /** One a question, where there is an embedder. */
  vectors: readonly Float32Array[] | null;
}

type Answer = (tx: PersonTx, plan: SearchPlan, found: FoundLegs) => Promise<SearchResult>;

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
    const embedder = this.ports.embedder();
    const answer = async (tx: PersonTx, { searched, dense }: SearchPlan, { legs, evidence }: FoundLegs): Promise<SearchResult> => {
      const hits = await this.hitsOf(tx, legs, query.limit ?? SEARCH_HITS_MAX);
      const notices = noticesOf(searched.filter((corpus) => !dense.includes(corpus)), embedder !== null);
      return { hits, mode: dense.length > 0 ? 'hybrid' : 'lexical', searchMs: performance.now() - startedMs, notices, language, evidence };
    };
    const { database, searchDatabase = database } = this.ports;
    const begun = await this.begin(searchDatabase, scope, query, embedder, searchDatabase === database ? answer : null);
    if (begun.result) return begun.result;
    const found = begun.found ?? (await findAtOnce((work) => searchDatabase.person(scope, work), begun.plan));
    // A standby is a little behind, also with rights: what it found is read where they are decided.
    return database.person(scope, (tx) => answer(tx, begun.plan, found));
  }

  /** Plans, and where it takes milliseconds goes on in the same transaction, to the end where `answer` may be given in it. */
  private async begin(from: Pick<Database, 'person'>, scope: Scope, query: SearchQuery, embedder: Embedder | null, answer: Answer | null): Promise<{ plan: SearchPlan; found?: FoundLegs; result?: SearchResult }> {
    const questions = searchQuestions(query.question, query.history);
    const vectors = embedder ? await timed('kontor_search_seconds', { leg: 'embed' }, () => embedder.embed(questions, 'query')) : null;
    return from.person(scope, async (tx) => {
      const plan = await this.plan(tx, query, { questions, embedder, vectors });
      if (isWidePlan(plan)) return { plan };
      const found = await findInTurn(tx, plan);
      return answer ? { plan, result: await answer(tx, plan, found) } : { plan, found };
    });
  }

  private async plan(tx: PersonTx, query: SearchQuery, { questions, embedder, vectors }: Asked): Promise<SearchPlan> {
    const searched = (await corpora.readableCorpora(tx)).filter((corpus) => !query.corpus || corpus.name === query.corpus);
    if (query.corpus && searched.length === 0) throw corpusUnknown(query.corpus);
    const dense = searched.filter((corpus) => embedder && corpora.isEmbeddedBy(corpus, embedder));
    const plans: QuestionPlan[] = [];
    for (const [index, question] of questions.entries()) {
      const words: CorpusWords[] = [];
      for (const corpus of searched) {
        const { vocabulary, lexicon } = await this.vocabularies.wordsOf(tx, corpus);
        const own = queryVector(question, detectLanguage(question), vocabulary, lexicon);
        if (own.vector.dimensions.length > 0) words.push({ corpus, query: own, vocabulary });
      }
      // A follow-up is searched as it stands and with the question before; the one as it stands leads.
      plans.push({ weight: index === 0 ? 1 : 0.7, vector: dense.length > 0 ? vectors![index]! : null, words });
    }
    return { searched, dense, reaches: await this.reaches.reachOf(tx, searched.map((corpus) => corpus.id)), questions: plans };
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
