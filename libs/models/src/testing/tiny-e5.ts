/** Sizes of a model that is small enough for a test and has every part of the real one. */
const SIZES = { hidden: 64, layers: 6, heads: 2, inner: 96, vocabulary: 40, positions: 16, types: 2 };
const BLOCK = 32;
const F32 = 0;
const Q4_0 = 2;

/** The same numbers in every run, between −1 and 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function floats(values: number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}

/** Blocks of 32 weights: a half-precision scale, here a power of two, and 32 values of 4 bits. */
function blocks(count: number, next: () => number): Buffer {
  const bytes = Buffer.alloc((count / BLOCK) * 18);
  for (let at = 0; at < bytes.length; at += 18) {
    bytes.writeUInt16LE((9 + Math.floor(next() * 2 + 2)) << 10, at);
    for (let i = 2; i < 18; i += 1) bytes[at + i] = Math.floor((next() + 1) * 128) & 255;
  }
  return bytes;
}

function tensors(): [name: string, kind: number, bytes: Buffer][] {
  const { hidden, layers, inner, vocabulary, positions, types } = SIZES;
  const next = numbers(7);
  const vector = (name: string, length: number, base = 0): [string, number, Buffer] => [name, F32, floats(Array.from({ length }, () => base + next() / 8))];
  const matrix = (name: string, rows: number, columns: number): [string, number, Buffer] => [name, Q4_0, blocks(rows * columns, next)];
  const norm = (name: string): [string, number, Buffer][] => [vector(`${name}.w`, hidden, 1), vector(`${name}.b`, hidden)];
  const linear = (name: string, rows: number, columns: number): [string, number, Buffer][] => [matrix(`${name}.w`, rows, columns), vector(`${name}.b`, rows)];
  const layer = (n: number): [string, number, Buffer][] => [
    ...['q', 'k', 'v', 'ao'].flatMap((part) => linear(`l${n}.${part}`, hidden, hidden)),
    ...linear(`l${n}.fi`, inner, hidden),
    ...linear(`l${n}.fo`, hidden, inner),
    ...norm(`l${n}.aln`),
    ...norm(`l${n}.oln`),
  ];
  const embeddings = [matrix('emb.word', vocabulary, hidden), vector('emb.pos', positions * hidden), vector('emb.type', types * hidden), ...norm('emb.ln')];
  return [...embeddings, ...Array.from({ length: layers }, (_, n) => layer(n)).flat()];
}

/** A file in the format of `e5-small-q4.bin` with weights by chance, the same each time. */
export function tinyE5File(): Buffer {
  const { hidden, layers, heads, inner, vocabulary, positions, types } = SIZES;
  const header = Buffer.alloc(44);
  header.write('E5S1');
  [1, hidden, layers, heads, inner, vocabulary, positions, types].forEach((value, i) => header.writeInt32LE(value, 4 + 4 * i));
  header.writeFloatLE(1e-12, 36);
  header.writeInt32LE(BLOCK, 40);
  // An empty tokenizer: no pieces, no text, one offset, and an empty normaliser.
  const tokenizer = Buffer.alloc(20 + 8 + 4 + 8);
  const all = tensors();
  const directoryBytes = 4 + all.reduce((sum, [name]) => sum + 2 + name.length + 21, 0);
  const directory = Buffer.alloc(directoryBytes);
  directory.writeInt32LE(all.length);
  let at = 4;
  let offset = header.length + tokenizer.length + directoryBytes;
  for (const [name, kind, bytes] of all) {
    at = directory.writeUInt16LE(name.length, at);
    at += directory.write(name, at);
    at = directory.writeUInt8(kind, at);
    at = directory.writeUInt32LE(bytes.length, at);
    at = directory.writeBigUInt64LE(BigInt(offset), at);
    at = directory.writeBigUInt64LE(BigInt(bytes.length), at);
    offset += bytes.length;
  }
  return Buffer.concat([header, tokenizer, directory, ...all.map(([, , bytes]) => bytes)]);
}
