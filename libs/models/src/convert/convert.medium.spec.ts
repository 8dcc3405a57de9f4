import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poolTokens } from '../embedder/pool-tokens.js';
import { tinyE5File } from '../testing/tiny-e5.js';
import { convertInWorker } from './convert-in-worker.js';
import { convertE5, E5_VARIANTS, type E5Variant } from './e5-graph.js';
import { quantiseRows } from './quantise.js';

const input = tinyE5File();
const TEXTS = [[0, 5, 9, 2], [0, 7, 7, 30, 39, 1, 2], [0, 2]];

async function vectorsOf(variant: E5Variant): Promise<Float32Array[]> {
  const session = await ort.InferenceSession.create(Buffer.concat(convertE5(input, variant)), { intraOpNumThreads: 1 });
  const vectors: Float32Array[] = [];
  for (const ids of TEXTS) {
    const output = await session.run({ input_ids: new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]) });
    vectors.push(poolTokens(output.last_hidden_state!.data as Float32Array, ids.length));
  }
  return vectors;
}

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('converting the embedder', () => {
  // Weights by chance cut off sums of two products far more often than trained ones, so int8 is left out here.
  it.each(E5_VARIANTS.filter((variant) => variant !== 'int8'))('writes a model as %s that ONNX Runtime computes, with the vectors of fp32', async (variant) => {
    const [exact, converted] = [await vectorsOf('fp32'), await vectorsOf(variant)];
    for (const [i, vector] of converted.entries()) expect(cosine(vector, exact[i]!)).toBeGreaterThan(0.98);
    expect(cosine(exact[0]!, exact[2]!)).toBeLessThan(0.95);
  });

  it('gives the same bytes each time, so that their hash can be pinned', () => {
    expect(Buffer.concat(convertE5(input)).equals(Buffer.concat(convertE5(input)))).toBe(true);
  });

  it.each([
    ['another format', Buffer.concat([Buffer.from('GGUF'), input.subarray(4)])],
    ['a truncated file', input.subarray(0, input.length - 1)],
    ['a file without tensors', Buffer.concat([input.subarray(0, 84), Buffer.alloc(4)])],
  ])('refuses %s with a code', (_what, bytes) => {
    expect(() => convertE5(bytes)).toThrowError(expect.objectContaining({ code: 'model.convert_unknown_format' }));
  });
});

describe('int8', () => {
  it('keeps each row within its largest weight, and a row of zeros', () => {
    const { values, scales } = quantiseRows(Float32Array.of(0.5, -1, 0, 0), 2, 2, 127);
    expect([...values]).toEqual([64, -127, 0, 0]);
    expect(scales[0]).toBeCloseTo(1 / 127);
  });
});

describe('converting beside the process', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'kontor-convert-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('writes the file, or fails with the reason', async () => {
    const path = join(folder, 'in.bin');
    await writeFile(path, input);
    const output = await convertInWorker(path, join(folder, 'out.onnx'), new AbortController().signal);
    expect((await readFile(output)).equals(Buffer.concat(convertE5(input)))).toBe(true);
    await writeFile(path, 'no model');
    await expect(convertInWorker(path, output, new AbortController().signal)).rejects.toThrow();
    await expect(convertInWorker(path, output, AbortSignal.abort(new Error('no longer wanted')))).rejects.toThrow('no longer wanted');
  });
});
