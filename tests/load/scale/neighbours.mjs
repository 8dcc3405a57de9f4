// Shows that generated chunks lie as near to each other, and to the questions, as real ones: cosine distances to the 1st,
// 10th and 100th neighbour among as many generated chunks as there are real ones.
//   node tests/load/scale/neighbours.mjs CORPUS_FOLDER… [--spread 0.35]
import { parseArgs } from 'node:util';
import { readBase } from './base.mjs';
import { createGenerator, SPREAD } from './generate.mjs';

const PROBES = 300;
const RANKS = [1, 10, 100];
const { values: options, positionals: folders } = parseArgs({ allowPositionals: true, options: { spread: { type: 'string', default: String(SPREAD) } } });

const base = await readBase(folders);
const { dimensions, questions } = base;
const size = base.chunks.length;
const generate = createGenerator(base, Number(options.spread));
const made = new Float32Array(size * dimensions);
for (let number = 0; number < size; number += 1) made.set(generate(number).vector, number * dimensions);

/** Distances to the neighbours of RANKS; a probe out of the set itself is not its own neighbour. */
function distances(set, probe, own) {
  const nearest = new Float64Array(size);
  for (let index = 0, at = 0; index < size; index += 1) {
    let product = 0;
    for (let i = 0; i < dimensions; i += 1, at += 1) product += set[at] * probe[i];
    nearest[index] = index === own ? Infinity : 1 - product;
  }
  nearest.sort();
  return RANKS.map((rank) => nearest[rank - 1]);
}

function table(set, probes) {
  const found = probes.map(([vector, own]) => distances(set, vector, own));
  return RANKS.map((_, column) => {
    const sorted = found.map((row) => row[column]).sort((a, b) => a - b);
    return [0.1, 0.5, 0.9].map((share) => sorted[Math.floor(share * sorted.length)].toFixed(3)).join(' ');
  });
}

const ownProbes = (set) => Array.from({ length: PROBES }, (_, i) => Math.floor((i * size) / PROBES)).map((index) => [set.subarray(index * dimensions, (index + 1) * dimensions), index]);
const asked = questions.map(({ vector }) => [vector, -1]);
console.log(`${size} chunks; 10th, 50th and 90th percentile of the cosine distance to a neighbour`);
for (const [name, real, generated] of [['from a chunk', table(base.vectors, ownProbes(base.vectors)), table(made, ownProbes(made))], ['from a question', table(base.vectors, asked), table(made, asked)]]) {
  RANKS.forEach((rank, column) => console.log(`${name}, neighbour ${String(rank).padStart(3)}: real ${real[column]}   generated ${generated[column]}`));
}
