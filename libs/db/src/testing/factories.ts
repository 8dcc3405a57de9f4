import { newId } from '@kontor/kernel';
import type { Scope, Source } from '@kontor/contracts';
import type { Database, WorkerTx } from '../database.js';
import * as corpora from '../repositories/corpora.js';
import type { NewDocument } from '../repositories/documents.js';
import * as documents from '../repositories/documents.js';
import * as people from '../repositories/people.js';
import { denseText, sparseText } from '../vector-text.js';

const DIMENSIONS = 3;

let tenants = 0;
/** A tenant that no other test has: rows of one test never show in another. */
export const freshTenant = (): string => `tenant-${(tenants += 1)}`;

export const scopeOf = (tenant: string, person: string, ...principals: string[]): Scope => ({ tenant, person, principals: [`person:${person}`, ...principals] });

export function makeCorpus(tx: WorkerTx, name = 'handbook'): Promise<corpora.Corpus> {
  return corpora.createCorpus(tx, name, { embedder: 'test', dimensions: DIMENSIONS, recipe: { k1: 1.2 } });
}

export interface DocumentSketch {
  path?: string;
  readers: readonly string[];
  /** One text a chunk; the document's text is all of them, a blank line apart. */
  chunks?: readonly string[];
  /** A dimension of the lexical index that every chunk holds. */
  dimension?: number;
}

/** Builds what ingestion would: chunks with their ranges, their words and a vector each is still to get. */
export function sketchDocument(corpusId: string, aclId: number, sketch: DocumentSketch): NewDocument {
  const texts = sketch.chunks ?? ['Every employee has thirty days of leave.'];
  let at = 0;
  const chunks = texts.map((text, ordinal) => {
    const start = at;
    at += text.length + 2;
    return {
      id: newId(), ordinal, start, end: start + text.length, headingPath: ['Leave'], page: null, tokenCount: text.length, language: 'en', text, embeddingText: `Leave: ${text}`,
      lexical: sparseText({ dimensions: [sketch.dimension ?? 7], weights: [1] }),
    };
  });
  const words = new Map<string, number>();
  for (const text of texts) for (const word of new Set(text.toLowerCase().match(/\p{L}+/gu) ?? [])) words.set(word, (words.get(word) ?? 0) + 1);
  const path = sketch.path ?? 'leave.md';
  return {
    id: newId(), corpusId, path, title: `Title of ${path}`, mediaType: 'text/markdown', contentHash: texts.join('|'), sizeBytes: at, aclId, blobKey: 'blob', text: texts.join('\n\n'),
    blocks: chunks.map(({ start, end }) => ({ kind: 'paragraph' as const, start, end })),
    terms: [...words.keys()], termChunks: [...words.values()], chunks,
  };
}

/** Stores a document and gives each chunk the same vector. */
export async function makeDocument(tx: WorkerTx, corpusId: string, sketch: DocumentSketch): Promise<NewDocument> {
  const aclId = await people.internAcl(tx, sketch.readers);
  const document = sketchDocument(corpusId, aclId, sketch);
  const id = await documents.replaceDocument(tx, document);
  await documents.storeEmbeddings(tx, document.chunks.map((chunk) => ({ id: chunk.id, dense: denseText([1, 0, 0]) })));
  return { ...document, id };
}

export const sourceOf = (document: NewDocument, ordinal = 1, corpus = 'handbook'): Source => ({
  ordinal, documentId: document.id, corpus, path: document.path, title: document.title, headingPath: ['Leave'], page: null, start: document.chunks[0]!.start, end: document.chunks[0]!.end, score: 0.5,
});

/** A corpus with one document that `readers` may read, in a tenant of its own. */
export async function makeTenant(database: Database, readers: readonly string[], sketch: Partial<DocumentSketch> = {}): Promise<{ tenant: string; corpus: corpora.Corpus; document: NewDocument }> {
  const tenant = freshTenant();
  return database.worker(tenant, async (tx) => {
    const corpus = await makeCorpus(tx);
    return { tenant, corpus, document: await makeDocument(tx, corpus.id, { readers, ...sketch }) };
  });
}
