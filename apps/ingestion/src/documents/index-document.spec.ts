import { describe, expect, it } from 'vitest';
import { chunkDocument, type ExtractedDocument } from '@kontor/rag-core';
import { indexDocument } from './index-document.js';

const SENTENCES = 12_000;
const text = Array.from({ length: SENTENCES }, (_, index) => `Wer den Zuschuss ${index} beantragt, legt der Stelle alle Unterlagen vor.`).join(' ');
/** One paragraph of 900,000 characters: what a long text without headings comes to. */
const long: ExtractedDocument = { text, title: 'Zuschüsse', mediaType: 'text/plain', blocks: [{ kind: 'paragraph', start: 0, end: text.length }] };
const countTokens = (part: string): number => Math.ceil(part.length / 4);

describe('a long document', () => {
  it('is indexed while other work of this thread goes on, and comes out as it does at once', async () => {
    let turns = 0;
    const others = setInterval(() => (turns += 1), 1);
    const { chunks, terms, termChunks } = await indexDocument(long, countTokens);
    clearInterval(others);
    expect(turns).toBeGreaterThan(10);
    const atOnce = chunkDocument(long, { maxTokens: 512, countTokens });
    expect(chunks.map(({ ordinal, start, end, text: own, embeddingText, tokenCount, language }) => ({ ordinal, start, end, text: own, embeddingText, tokenCount, language })))
      .toEqual(atOnce.map(({ ordinal, start, end, text: own, embeddingText, tokenCount, language }) => ({ ordinal, start, end, text: own, embeddingText, tokenCount, language })));
    expect(termChunks[terms.indexOf('zuschuss')]).toBe(chunks.length);
  });

  it('is left where the process is told to stop', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('the process ends')), 5);
    await expect(indexDocument(long, countTokens, stop.signal)).rejects.toThrow();
  });
});
