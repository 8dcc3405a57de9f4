// What the large stores are made of: every chunk of real corpora as Kontor cuts and weighs it, with its vector, and the
// corpora's questions with theirs. Embedding takes minutes, so vectors are kept in a file that an interrupted run goes on with.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadConfig } from '@kontor/config';
import { createExtractor } from '@kontor/extract';
import { catalogue, createEmbedder, ModelStore } from '@kontor/models';
import { chunkDocument, detectLanguage, lawOf, lexicalTerms } from '@kontor/rag-core';

const EMBEDDER = 'multilingual-e5-small-q4-int8';
const TOKENS_MAX = 512;
const BLOCK = 256;
const { directory: home } = loadConfig().home;

/**
 * Chunks are cut in two, so that halves of different ones can be put together; `terms` are those of each half, the
 * headings' among the first.
 *
 * @returns {Promise<{ chunks: { corpus: string, document: number, language: 'de' | 'en', headingPath: string[], halves: { text: string, terms: string[] }[] }[], vectors: Float32Array, questions: { corpus: string, text: string, vector: Float32Array }[], dimensions: number }>}
 */
export async function readBase(folders) {
  const embedder = await createEmbedder({ entry: catalogue.find(({ name }) => name === EMBEDDER), folder: await new ModelStore(home).path(EMBEDDER) });
  try {
    const chunks = [];
    const questions = [];
    for (const folder of folders) {
      chunks.push(...(await chunksOf(folder)));
      questions.push(...questionsOf(folder));
    }
    const vectors = await embedAll(embedder, 'passage', chunks.map((chunk) => chunk.embeddingText));
    const asked = await embedAll(embedder, 'query', questions.map(({ text }) => text));
    const { dimensions } = embedder;
    return { chunks, vectors, dimensions, questions: questions.map((question, index) => ({ ...question, vector: asked.slice(index * dimensions, (index + 1) * dimensions) })) };
  } finally {
    await embedder.close();
  }
}

async function chunksOf(folder) {
  const docs = join(folder, 'docs');
  const files = readdirSync(docs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
  const extractor = createExtractor();
  const chunks = [];
  for (const [document, path] of files.entries()) {
    const extracted = await extractor.extract({ path, name: basename(path) });
    const law = lawOf(extracted);
    for (const chunk of chunkDocument(extracted, { maxTokens: TOKENS_MAX, countTokens: (text) => Math.ceil(text.length / 4) })) {
      const { embeddingText, language, headingPath } = chunk;
      chunks.push({ corpus: basename(folder), document, language, headingPath, embeddingText, halves: halvesOf(chunk, extracted, law) });
    }
  }
  await extractor.close();
  return chunks;
}

function halvesOf(chunk, extracted, law) {
  const middle = chunk.text.indexOf(' ', chunk.text.length / 2);
  const cut = middle < 0 ? chunk.text.length : middle;
  const [first, second] = [chunk.text.slice(0, cut), chunk.text.slice(cut)];
  const bare = { ...extracted, title: '' };
  return [
    { text: first, terms: lexicalTerms({ ...chunk, text: first }, extracted, law) },
    { text: second, terms: lexicalTerms({ ...chunk, text: second, headingPath: [], leadIn: '' }, bare, undefined) },
  ];
}

const questionsOf = (folder) =>
  readFileSync(join(folder, 'questions.jsonl'), 'utf8').split('\n').filter(Boolean).map((line) => ({ corpus: basename(folder), text: JSON.parse(line).question })).map((question) => ({ ...question, language: detectLanguage(question.text) }));

async function embedAll(embedder, kind, texts) {
  mkdirSync(join(home, 'load'), { recursive: true });
  const path = join(home, 'load', `${kind}-${createHash('sha256').update(JSON.stringify([embedder.model, texts])).digest('hex').slice(0, 16)}.f32`);
  if (!existsSync(path)) writeFileSync(path, '');
  const rowBytes = embedder.dimensions * Float32Array.BYTES_PER_ELEMENT;
  let done = Math.floor(statSync(path).size / rowBytes);
  truncateSync(path, done * rowBytes);
  for (; done < texts.length; done = Math.min(texts.length, done + BLOCK)) {
    const vectors = await embedder.embed(texts.slice(done, done + BLOCK), kind);
    appendFileSync(path, Buffer.concat(vectors.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))));
    process.stderr.write(`\r${kind}s embedded: ${done} of ${texts.length}`);
  }
  return new Float32Array(Uint8Array.from(readFileSync(path)).buffer);
}
