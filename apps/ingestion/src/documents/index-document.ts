import { newId } from '@kontor/kernel';
import { sparseText, type NewChunk } from '@kontor/db';
import { chunkDocument, documentVector, lawOf, lexicalTerms, type ExtractedDocument } from '@kontor/rag-core';

const CHUNK_TOKENS_MAX = 512;

export interface IndexedDocument {
  chunks: NewChunk[];
  terms: string[];
  termChunks: number[];
}

/** Cuts a document into chunks and weighs their words; pure but for the ids. */
export function indexDocument(document: ExtractedDocument, countTokens: (text: string) => number): IndexedDocument {
  const law = lawOf(document);
  const holds = new Map<string, number>();
  const chunks = chunkDocument(document, { maxTokens: CHUNK_TOKENS_MAX, countTokens }).map((chunk): NewChunk => {
    const terms = lexicalTerms(chunk, document, law);
    for (const term of new Set(terms)) holds.set(term, (holds.get(term) ?? 0) + 1);
    return {
      id: newId(),
      ordinal: chunk.ordinal,
      start: chunk.start,
      end: chunk.end,
      headingPath: chunk.headingPath,
      page: chunk.page ?? null,
      tokenCount: chunk.tokenCount,
      language: chunk.language,
      text: chunk.text,
      embeddingText: chunk.embeddingText,
      lexical: sparseText(documentVector(terms)),
    };
  });
  return { chunks, terms: [...holds.keys()], termChunks: [...holds.values()] };
}
