import { AppError } from '@kontor/kernel';

export const BLOCK = 32;
const BLOCK_BYTES = 18;
const HEADER_BYTES = 44;

/** Weights of one matrix [rows][columns]; a weight is (nibble − 8) × the scale of its block of 32 columns. */
export interface BlockMatrix {
  rows: number;
  columns: number;
  nibbles: Uint8Array;
  scales: Float32Array;
}

interface TensorPlace {
  offset: number;
  sizeBytes: number;
}

function halfToNumber(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
}

/** The file `e5-small-q4.bin`: sizes, a tokenizer that Kontor takes from elsewhere, and named tensors in Q4_0 or fp32. */
export class E5File {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly inner: number;
  readonly vocabulary: number;
  readonly positions: number;
  readonly epsilon: number;
  readonly #places = new Map<string, TensorPlace>();

  constructor(private readonly bytes: Buffer) {
    if (bytes.toString('latin1', 0, 4) !== 'E5S1' || bytes.readInt32LE(40) !== BLOCK) {
      throw new AppError('model.convert_unknown_format', { message: 'The file is not an E5 model in blocks of 32 weights.' });
    }
    const sizes = [8, 12, 16, 20, 24, 28].map((offset) => bytes.readInt32LE(offset));
    [this.hidden, this.layers, this.heads, this.inner, this.vocabulary, this.positions] = sizes as [number, number, number, number, number, number];
    this.epsilon = bytes.readFloatLE(36);
    this.#readDirectory(this.#afterTokenizer());
  }

  floats(name: string): Float32Array {
    const { offset, sizeBytes } = this.#place(name);
    return Float32Array.from({ length: sizeBytes / 4 }, (_, i) => this.bytes.readFloatLE(offset + i * 4));
  }

  matrix(name: string, rows: number, columns: number): BlockMatrix {
    const { offset } = this.#place(name);
    const nibbles = new Uint8Array(rows * columns);
    const scales = new Float32Array((rows * columns) / BLOCK);
    for (let block = 0; block < scales.length; block += 1) {
      const from = offset + block * BLOCK_BYTES;
      scales[block] = halfToNumber(this.bytes.readUInt16LE(from));
      for (let i = 0; i < BLOCK / 2; i += 1) {
        const pair = this.bytes[from + 2 + i]!;
        nibbles[block * BLOCK + i] = pair & 15;
        nibbles[block * BLOCK + i + BLOCK / 2] = pair >> 4;
      }
    }
    return { rows, columns, nibbles, scales };
  }

  #place(name: string): TensorPlace {
    const place = this.#places.get(name);
    if (place === undefined) throw new AppError('model.convert_unknown_format', { message: `The file has no tensor "${name}".` });
    return place;
  }

  #afterTokenizer(): number {
    const pieces = this.bytes.readInt32LE(HEADER_BYTES);
    const blobBytes = Number(this.bytes.readBigUInt64LE(HEADER_BYTES + 20));
    const normalizer = HEADER_BYTES + 28 + 4 * (pieces + 1) + 4 * pieces + blobBytes;
    return normalizer + 8 + this.bytes.readUInt32LE(normalizer + 4);
  }

  #readDirectory(start: number): void {
    let at = start + 4;
    for (let left = this.bytes.readInt32LE(start); left > 0; left -= 1) {
      const nameBytes = this.bytes.readUInt16LE(at);
      const name = this.bytes.toString('utf8', at + 2, at + 2 + nameBytes);
      const numbers = at + 2 + nameBytes + 5;
      const place = { offset: Number(this.bytes.readBigUInt64LE(numbers)), sizeBytes: Number(this.bytes.readBigUInt64LE(numbers + 8)) };
      if (place.offset + place.sizeBytes > this.bytes.length) {
        throw new AppError('model.convert_unknown_format', { message: `The tensor "${name}" lies behind the end of the file.` });
      }
      this.#places.set(name, place);
      at = numbers + 16;
    }
  }
}
