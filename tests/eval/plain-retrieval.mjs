// The parts of a plain retrieval, as a first guide to retrieval would build it: windows, BM25, cosine, ranks fused.
// Nothing here comes from Kontor's own chunker, analyser or query side: it is what they are measured against.
import snowball from 'snowball-stemmers';

const WINDOW_UNITS = 1_000;
const OVERLAP_UNITS = 200;
const [K1, B, FUSION_K] = [1.2, 0.75, 60];

/** Windows of fixed size over a text, whatever stands in it. */
export function windowsOf(text) {
  const windows = [];
  for (let start = 0; ; start += WINDOW_UNITS - OVERLAP_UNITS) {
    const end = Math.min(start + WINDOW_UNITS, text.length);
    if (text.slice(start, end).trim() !== '') windows.push({ start, end, text: text.slice(start, end) });
    if (end === text.length) return windows;
  }
}

/** Words in lower case, cut to their Snowball stem. */
export function plainAnalyser(language) {
  const stemmer = snowball.newStemmer(language === 'de' ? 'german' : 'english');
  const known = new Map();
  return (text) => (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => {
    if (!known.has(word)) known.set(word, stemmer.stem(word));
    return known.get(word);
  });
}

/** BM25 over all pieces; frequencies are those of the whole corpus, as in a usual search engine. */
export class Bm25 {
  #postings = new Map();
  #lengths = [];

  constructor(texts, analyse) {
    this.analyse = analyse;
    for (const [piece, text] of texts.entries()) {
      const counts = new Map();
      const words = analyse(text);
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
      for (const [word, count] of counts) {
        if (!this.#postings.has(word)) this.#postings.set(word, []);
        this.#postings.get(word).push([piece, count]);
      }
      this.#lengths.push(words.length);
    }
    this.meanLength = this.#lengths.reduce((sum, length) => sum + length, 0) / this.#lengths.length;
  }

  /** The pieces that hold a word of the question and may be seen, with their scores. */
  scores(question, visible) {
    const scores = new Map();
    for (const word of this.analyse(question)) {
      const postings = this.#postings.get(word) ?? [];
      const idf = Math.log(1 + (this.#lengths.length - postings.length + 0.5) / (postings.length + 0.5));
      for (const [piece, count] of postings) {
        if (!visible[piece]) continue;
        const norm = K1 * (1 - B + (B * this.#lengths[piece]) / this.meanLength);
        scores.set(piece, (scores.get(piece) ?? 0) + (idf * count * (K1 + 1)) / (count + norm));
      }
    }
    return scores;
  }
}

/** Cosine with every piece that may be seen; `vectors` holds normalised vectors one after the other. */
export function cosines(vectors, query, visible) {
  const scores = new Map();
  for (let piece = 0; piece < visible.length; piece += 1) {
    if (!visible[piece]) continue;
    let sum = 0;
    for (let i = 0, at = piece * query.length; i < query.length; i += 1, at += 1) sum += vectors[at] * query[i];
    scores.set(piece, sum);
  }
  return scores;
}

const ranked = (scores, depth) => [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, depth);

/** Reciprocal rank fusion of the legs' first `depth` pieces. */
export function fuseRanks(legs, depth) {
  const fused = new Map();
  for (const leg of legs) for (const [place, [piece]] of ranked(leg, depth).entries()) fused.set(piece, (fused.get(piece) ?? 0) + 1 / (FUSION_K + place + 1));
  return ranked(fused, depth);
}

/** Whether a person's groups may read a path: the longest matching prefix decides. */
export function mayRead(path, groups, { prefixes }) {
  const longest = Object.keys(prefixes).filter((prefix) => path.startsWith(prefix)).sort((a, b) => b.length - a.length)[0];
  return longest !== undefined && prefixes[longest].some((group) => groups.has(group));
}
