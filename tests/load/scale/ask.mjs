// Asks Kontor's own search, exactly and by its indexes, and compares what comes back.
import { denseText, retrieval } from '@kontor/db';
import { denseLeg } from '../../../apps/chat-api/dist/search/legs.js';
import { SearchService } from '../../../apps/chat-api/dist/search/search.service.js';
import { VocabularyCache } from '../../../apps/chat-api/dist/search/vocabulary.cache.js';
import { ReachCache } from '../../../apps/chat-api/dist/search/reach.cache.js';
import { EMBEDDER, TENANT } from './load.mjs';
import { scopeOf } from './shares.mjs';

const HITS = 10;
/** As many are asked of the exact search: what is as good as its tenth is as right. */
const TRUTH = 20;
const NEAREST_TRUTH = 200;
const SAME = 1e-6;

/** An embedder that knows the questions: what is timed is search. */
const known = (questions, dimensions) => {
  const vectors = new Map(questions.map((question) => [question.text, question.vector]));
  return { model: EMBEDDER, dimensions, embed: async (texts) => texts.map((text) => vectors.get(text)) };
};

export async function createAsker({ database, administer, questions, dimensions }) {
  const embedder = known(questions, dimensions);
  const vocabularies = new VocabularyCache();
  const openSearch = (reaches) => new SearchService({ tenant: TENANT, database, embedder: () => embedder }, vocabularies, reaches);
  const reaches = new ReachCache();
  const corpora = await administer('SELECT id FROM corpus');
  const ids = corpora.map((row) => row.id);

  /** The best of hybrid search, as keys with their scores. */
  const asking = (search, limit) => async (person, question) => (await search.search(scopeOf(TENANT, person), { question: question.text, history: [], limit })).hits.map((hit) => ({ key: `${hit.documentId}/${hit.start}`, score: hit.score }));
  const nearest = (person, leg) => database.person(scopeOf(TENANT, person), async (tx) => (await leg(tx)).map((row) => ({ key: row.chunkId, score: row.score })));
  return {
    hybrid: asking(openSearch(reaches), HITS),
    dense: (person, question) => nearest(person, async (tx) => denseLeg(tx, corpora, question.vector, await reaches.reachOf(tx, ids))),
    denseExact: (person, question) => nearest(person, (tx) => retrieval.nearestDense(tx, ids, denseText(question.vector), NEAREST_TRUTH)),
    /** Search looks at each row while there is no index by the name that it knows. */
    async exactly(work) {
      await administer('ALTER INDEX chunk_lexical_words RENAME TO hidden');
      try {
        return await work(asking(openSearch(new ReachCache()), TRUTH));
      } finally {
        await administer('ALTER INDEX hidden RENAME TO chunk_lexical_words');
      }
    },
  };
}

/** Asks each question, the first few once before to warm up; durations in milliseconds. */
export async function askAll(ask, person, questions) {
  for (const question of questions.slice(0, 10)) await ask(person, question);
  const answers = [];
  for (const question of questions) {
    const startedMs = performance.now();
    const found = await ask(person, question);
    answers.push({ found, ms: performance.now() - startedMs });
  }
  return answers;
}

/**
 * recall@10 of `answers` against `truth`, and p50 and p95 in milliseconds. Many chunks are alike: one that the exact search
 * scores like its tenth is as right as that.
 */
export function judge(answers, truth) {
  const shares = answers.map(({ found }, index) => {
    const exact = truth[index].found;
    const due = Math.min(HITS, exact.length);
    if (due === 0) return 1;
    const right = new Set(exact.filter(({ score }) => score >= exact[due - 1].score - SAME).map(({ key }) => key));
    return Math.min(due, found.slice(0, HITS).filter(({ key }) => right.has(key)).length) / due;
  });
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] * 10) / 10;
  return { 'recall@10': Math.round((shares.reduce((sum, share) => sum + share, 0) / shares.length) * 1_000) / 1_000, 'p50 ms': at(0.5), 'p95 ms': at(0.95) };
}
