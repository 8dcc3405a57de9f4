import { setImmediate as nextTurn } from 'node:timers/promises';
import { newId } from '@kontor/kernel';
import { sparseText, type NewChunk } from '@kontor/db';
import { chunkSteps, documentVector, lawOf, lexicalTerms, type Chunk, type ExtractedDocument } from '@kontor/rag-core';

const CHUNK_TOKENS_MAX = 512;
/** A text of megabytes takes seconds, and searches and answers share this thread. */
const TURN_MS = 10;

export interface IndexedDocument {
  chunks: NewChunk[];
  terms: string[];
  termChunks: number[];
}

/** Cuts a document into chunks and weighs their words; the same document gives the same chunks but for their ids. */
export async function indexDocument(document: ExtractedDocument, countTokens: (text: string) => number, signal?: AbortSignal): Promise<IndexedDocument> {
  const law = lawOf(document);
  const holds = new Map<string, number>();
  const chunks: NewChunk[] = [];
  let turnMs = performance.now();
  for (const chunk of chunkSteps(document, { maxTokens: CHUNK_TOKENS_MAX, countTokens })) {
    if (chunk) {
      const terms = lexicalTerms(chunk, document, law);
      for (const term of new Set(terms)) holds.set(term, (holds.get(term) ?? 0) + 1);
      chunks.push(newChunk(chunk, terms));
    }
    if (performance.now() - turnMs < TURN_MS) continue;
    await nextTurn(undefined, { signal });
    turnMs = performance.now();
  }
  return { chunks, terms: [...holds.keys()], termChunks: [...holds.values()] };
}

function newChunk({ ordinal, start, end, headingPath, page, tokenCount, language, text, embeddingText }: Chunk, terms: readonly string[]): NewChunk {
  return { id: newId(), ordinal, start, end, headingPath, page: page ?? null, tokenCount, language, text, embeddingText, lexical: sparseText(documentVector(terms)) };
}
