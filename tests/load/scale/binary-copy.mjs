// Files for PostgreSQL's `COPY … FROM … (FORMAT binary)`: a million vectors as text would be four gigabytes to write and parse.
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const INT4 = 23;
const TEXT = 25;

export function int(value) {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}
export function bigint(value) {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
export const text = (value) => Buffer.from(value, 'utf8');
/** `jsonb` has a byte for its version before its text. */
export const json = (value) => Buffer.concat([Buffer.from([1]), text(JSON.stringify(value))]);
export const texts = (values) => array(TEXT, values.map(text));
export const ints = (values) => array(INT4, values.map(int));

/** An id by kind and number, in the order of the numbers, as ids by time are. */
export function id(kind, number) {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt8(kind);
  bytes.writeUInt32BE(number, 4);
  return bytes;
}

function array(type, elements) {
  const head = Buffer.concat([int(elements.length === 0 ? 0 : 1), int(0), int(type), ...(elements.length === 0 ? [] : [int(elements.length), int(1)])]);
  return Buffer.concat([head, ...elements.flatMap((bytes) => [int(bytes.length), bytes])]);
}

/** pgvector's `vector`: two 16-bit numbers, the dimension and 0, then the values. */
export function dense(vector) {
  return Buffer.concat([int(vector.length << 16), Buffer.from(vector.slice().buffer).swap32()]);
}

/** pgvector's `sparsevec`: dimension, count, 0, the dimensions from 0, the values. */
export function sparse({ dimensions, weights }, of) {
  const bytes = Buffer.allocUnsafe(12 + dimensions.length * 8);
  [of, dimensions.length, 0].forEach((value, i) => bytes.writeInt32BE(value, i * 4));
  for (let i = 0; i < dimensions.length; i += 1) {
    bytes.writeInt32BE(dimensions[i] - 1, 12 + i * 4);
    bytes.writeFloatBE(weights[i], 12 + (dimensions.length + i) * 4);
  }
  return bytes;
}

/** Writes rows of fields, each a Buffer or null for NULL. */
export function openCopyFile(path) {
  const stream = createWriteStream(path, { highWaterMark: 1 << 22 });
  stream.write(HEADER);
  return {
    async add(fields) {
      const count = Buffer.allocUnsafe(2);
      count.writeInt16BE(fields.length);
      if (!stream.write(Buffer.concat([count, ...fields.flatMap((field) => (field === null ? [int(-1)] : [int(field.length), field]))]))) await once(stream, 'drain');
    },
    async close() {
      stream.end(Buffer.from([0xff, 0xff]));
      await once(stream, 'close');
    },
  };
}
