// Asks Kontor's own search, exactly and by its indexes, and compares what comes back.
import { denseText, retrieval } from '@kontor/db';
import { denseLeg } from '../../../apps/chat-api/dist/search/legs.js';
import { SearchService } from '../../../apps/chat-api/dist/search/search.service.js';
import { VocabularyCache } from '../../../apps/chat-api/dist/search/vocabulary.cache.js';
import { ReachCache } from '../../../apps/chat-api/dist/search/reach.cache.js';
import { EMBEDDER, TENANT } from './load.mjs';
import { scopeOf } from './shares.mjs';

const HITS = 10;

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
  const ids = (await administer('SELECT id FROM corpus')).map((row) => row.id);

  /** The ten best of hybrid search, as keys. */
  const asking = (search) => async (person, question) => (await search.search(scopeOf(TENANT, person), { question: question.text, history: [], limit: HITS })).hits.map((hit) => `${hit.documentId}/${hit.start}`);
  const nearest = (person, leg) => database.person(scopeOf(TENANT, person), async (tx) => (await leg(tx)).slice(0, HITS).map((row) => row.chunkId));
  return {
    hybrid: asking(openSearch(reaches)),
    dense: (person, question) => nearest(person, async (tx) => denseLeg(tx, ids, question.vector, await reaches.reachOf(tx, ids))),
    denseExact: (person, question) => nearest(person, (tx) => retrieval.nearestDense(tx, ids, denseText(question.vector), HITS)),
    /** Search looks at each row while there is no index by the name that it knows. */
    async exactly(work) {
      await administer('ALTER INDEX chunk_lexical_words RENAME TO hidden');
      try {
        return await work(asking(openSearch(new ReachCache())));
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

/** recall@10 of `answers` against `truth`, and p50 and p95 in milliseconds. */
export function judge(answers, truth) {
  const shares = answers.map(({ found }, index) => (truth[index].found.length === 0 ? 1 : truth[index].found.filter((key) => found.includes(key)).length / truth[index].found.length));
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] * 10) / 10;
  return { 'recall@10': Math.round((shares.reduce((sum, share) => sum + share, 0) / shares.length) * 1_000) / 1_000, 'p50 ms': at(0.5), 'p95 ms': at(0.95) };
}
