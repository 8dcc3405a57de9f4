// Chunks in any number, made of real ones: the first half of one and the second half of another of the same document, and
// a mixture of their vectors, moved along the difference of two others so that neighbours are as near as among real chunks
// (`neighbours.mjs` shows it). Chunk n is the same in every run.
import { documentVector } from '@kontor/rag-core';

/** Found with `neighbours.mjs`: how far a vector is moved, in lengths of the difference of two chunks of its corpus. */
export const SPREAD = 0.35;
/** And how much of the first chunk's vector is in it; the rest is the second's. */
const OWN = 0.8;

export const CHUNKS_PER_DOCUMENT = 20;
export const documentOf = (number) => Math.floor(number / CHUNKS_PER_DOCUMENT);

/** Mulberry32 (Tommy Ettinger), from 0 to 1. */
export function randomOf(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function createGenerator(base, spread = SPREAD) {
  const { chunks, vectors, dimensions } = base;
  const [ofDocument, ofCorpus] = [groupsBy(chunks, (chunk) => `${chunk.corpus}/${chunk.document}`), groupsBy(chunks, (chunk) => chunk.corpus)];
  const pick = (random, list) => list[Math.floor(random() * list.length)];
  const row = (index) => vectors.subarray(index * dimensions, (index + 1) * dimensions);

  return function generate(number) {
    const random = randomOf(Math.imul(number + 1, 0x9e3779b1));
    // A document follows a real one from some place on, so that its chunks are about one thing and lie side by side.
    const start = Math.floor(randomOf(~documentOf(number))() * chunks.length);
    const siblings = ofDocument[start];
    const first = siblings[(siblings.indexOf(start) + (number % CHUNKS_PER_DOCUMENT)) % siblings.length];
    const second = pick(random, siblings);
    const [from, to] = [row(pick(random, ofCorpus[first])), row(pick(random, ofCorpus[first]))];
    const [left, right] = [chunks[first], chunks[second]];
    const terms = [...left.halves[0].terms, ...right.halves[1].terms];
    return { corpus: left.corpus, language: left.language, headingPath: left.headingPath, text: left.halves[0].text + right.halves[1].text, terms, lexical: documentVector(terms), vector: mix(row(first), row(second), from, to, spread * (random() + random())) };
  };
}

/** For each chunk the list of those that it shares the key with. */
function groupsBy(chunks, key) {
  const groups = Map.groupBy(chunks.keys(), (index) => key(chunks[index]));
  return chunks.map((chunk) => groups.get(key(chunk)));
}

function mix(left, right, from, to, spread) {
  const mixed = new Float32Array(left.length);
  let length = 0;
  for (let i = 0; i < mixed.length; i += 1) {
    mixed[i] = OWN * left[i] + (1 - OWN) * right[i] + spread * (to[i] - from[i]);
    length += mixed[i] * mixed[i];
  }
  const scale = 1 / Math.sqrt(length);
  for (let i = 0; i < mixed.length; i += 1) mixed[i] *= scale;
  return mixed;
}
