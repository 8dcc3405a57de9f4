import { BLOCK, type BlockMatrix } from './e5-file.js';

/** Two weights a byte: the even one in the low nibble. */
export function packNibbles(nibbles: Uint8Array): Uint8Array {
  const packed = new Uint8Array(nibbles.length / 2);
  for (let i = 0; i < packed.length; i += 1) packed[i] = nibbles[2 * i]! | (nibbles[2 * i + 1]! << 4);
  return packed;
}

export function joinRows(parts: readonly BlockMatrix[]): BlockMatrix {
  const [first] = parts as [BlockMatrix];
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const nibbles = new Uint8Array(rows * first.columns);
  const scales = new Float32Array(nibbles.length / BLOCK);
  let at = 0;
  for (const part of parts) {
    nibbles.set(part.nibbles, at);
    scales.set(part.scales, at / BLOCK);
    at += part.nibbles.length;
  }
  return { rows, columns: first.columns, nibbles, scales };
}

/** The weights as numbers, [rows][columns]. */
export function dequantise({ nibbles, scales }: BlockMatrix): Float32Array {
  const weights = new Float32Array(nibbles.length);
  for (let i = 0; i < weights.length; i += 1) weights[i] = (nibbles[i]! - 8) * scales[Math.floor(i / BLOCK)]!;
  return weights;
}

export function transpose<T extends Float32Array | Int8Array | Uint8Array>(values: T, rows: number, columns: number, target: T): T {
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) target[column * rows + row] = values[row * columns + column]!;
  }
  return target;
}

/** One scale for each row, so that its largest weight becomes `limit`. */
export function quantiseRows(weights: Float32Array, rows: number, columns: number, limit: number): { values: Int8Array; scales: Float32Array } {
  const values = new Int8Array(weights.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const line = weights.subarray(row * columns, (row + 1) * columns);
    let largest = 0;
    for (const weight of line) largest = Math.max(largest, Math.abs(weight));
    const scale = Math.fround(largest / limit);
    scales[row] = scale;
    for (let column = 0; column < columns; column += 1) {
      const value = scale === 0 ? 0 : Math.round(line[column]! / scale);
      values[row * columns + column] = Math.max(-limit, Math.min(limit, value));
    }
  }
  return { values, scales };
}
