// What the large stores are made of: every chunk of real corpora as Kontor cuts and weighs it, with its vector, and the
// corpora's questions with theirs.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadConfig } from '@kontor/config';
import { createExtractor } from '@kontor/extract';
import { chunkDocument, lawOf, lexicalTerms } from '@kontor/rag-core';
import { keptVectors, openEmbedder } from '../../eval/kept-vectors.mjs';

const TOKENS_MAX = 512;
const folder = join(loadConfig().home.directory, 'load');

/**
 * Chunks are cut in two, so that halves of different ones can be put together; `terms` are those of each half, the
 * headings' among the first.
 *
 * @returns {Promise<{ chunks: { corpus: string, document: number, language: 'de' | 'en', headingPath: string[], halves: { text: string, terms: string[] }[] }[], vectors: Float32Array, questions: { corpus: string, text: string, vector: Float32Array }[], dimensions: number }>}
 */
export async function readBase(folders) {
  const embedder = await openEmbedder();
  try {
    const chunks = [];
    const questions = [];
    for (const corpus of folders) {
      chunks.push(...(await chunksOf(corpus)));
      questions.push(...questionsOf(corpus));
    }
    const vectors = await keptVectors(embedder, 'passage', chunks.map((chunk) => chunk.embeddingText), { folder, name: 'passage' });
    const asked = await keptVectors(embedder, 'query', questions.map(({ text }) => text), { folder, name: 'query' });
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
  readFileSync(join(folder, 'questions.jsonl'), 'utf8').split('\n').filter(Boolean).map((line) => ({ corpus: basename(folder), text: JSON.parse(line).question }));
