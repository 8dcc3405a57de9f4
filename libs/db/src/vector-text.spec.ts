import { expect, it } from 'vitest';
import { storable } from './storable.js';
import { denseText, sparseText } from './vector-text.js';

it('keeps a 32-bit number exact, however small', () => {
  for (const value of [0.1, -1 / 3, 1e-12, 12_345.678]) {
    const [back] = JSON.parse(denseText(new Float32Array([value]))) as number[];
    expect(Math.abs(back! - Math.fround(value)) / Math.abs(value)).toBeLessThan(1e-6);
  }
});

it('writes dimensions from 1 to a thousand million', () => {
  expect(sparseText({ dimensions: [1, 1_000_000_000], weights: [0.5, 2] })).toBe('{1:0.5000000,1000000000:2.000000}/1000000000');
});

it('makes text storable without moving a character, also in lists', () => {
  expect(storable(['a\u0000b', '\ud800', 4, null])).toEqual(['a\ufffdb', '\ufffd', 4, null]);
});
