import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@kontor/config';
import { catalogue, createEmbedder, ModelStore } from '@kontor/models';

const EMBEDDER = 'multilingual-e5-small-q4-int8';
const BLOCK = 256;

/** The embedder that measurements of retrieval use. */
export async function openEmbedder() {
  return createEmbedder({ entry: catalogue.find(({ name }) => name === EMBEDDER), folder: await new ModelStore(loadConfig().home.directory).path(EMBEDDER) });
}

/** The vectors of all texts, one after the other. Embedding takes minutes, so they are kept in a file that an interrupted run goes on with. */
export async function keptVectors(embedder, kind, texts, { folder, name }) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}-${createHash('sha256').update(JSON.stringify([embedder.model, texts])).digest('hex').slice(0, 16)}.f32`);
  if (!existsSync(path)) writeFileSync(path, '');
  const rowBytes = embedder.dimensions * Float32Array.BYTES_PER_ELEMENT;
  let done = Math.floor(statSync(path).size / rowBytes);
  truncateSync(path, done * rowBytes);
  while (done < texts.length) {
    const block = texts.slice(done, done + BLOCK);
    const vectors = await embedder.embed(block, kind);
    appendFileSync(path, Buffer.concat(vectors.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))));
    done += block.length;
    process.stderr.write(`\r${name}: embedded ${done} of ${texts.length}`);
  }
  return new Float32Array(Uint8Array.from(readFileSync(path)).buffer);
}
