import { corpora, type Corpus, type WorkerTx } from '@kontor/db';
import { BM25 } from '@kontor/rag-core';

/** The corpus of this name; a new one is for administrators alone until rules are given. */
export async function ensureCorpus(tx: WorkerTx, name: string): Promise<Corpus> {
  return (await corpora.findCorpus(tx, name)) ?? corpora.createCorpus(tx, name, { ...corpora.WITHOUT_VECTORS, recipe: { bm25: BM25, chunkTokensMax: 512 } });
}
