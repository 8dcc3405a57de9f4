import { Inject, Injectable } from '@nestjs/common';
import type { JobData } from '@kontor/contracts';
import { corpora, denseText, documents, imports } from '@kontor/db';
import type { IngestionPorts } from '../ports.js';
import { INGESTION_PORTS } from '../tokens.js';

/** One window's vectors are lost when the process dies; small enough to matter little, large enough to sort by length. */
const WINDOW_CHUNKS = 128;

/** Gives vectors to every chunk of a corpus that has none. */
@Injectable()
export class EmbeddingHandler {
  constructor(@Inject(INGESTION_PORTS) private readonly ports: IngestionPorts) {}

  async embed(job: JobData<'corpus.embed'>, signal: AbortSignal): Promise<void> {
    const embedder = this.ports.embedder();
    await this.setState(job, 'embedding');
    const corpus = await this.ports.database.worker(job.tenant, (tx) => corpora.getCorpus(tx, job.corpusId));
    if (!embedder || corpus?.embedder !== embedder.model) {
      await this.setState(job, 'finished', 'No embedding model is on this machine, so the corpus is searched by words only. Bring it with: ./kontor models pull');
      return;
    }
    for (;;) {
      signal.throwIfAborted();
      const pending = await this.ports.database.worker(job.tenant, (tx) => documents.pendingEmbeddings(tx, job.corpusId, WINDOW_CHUNKS));
      if (pending.length === 0) break;
      const vectors = await embedder.embed(pending.map((chunk) => chunk.text), 'passage', signal);
      const rows = pending.map((chunk, index) => ({ id: chunk.id, dense: denseText(vectors[index]!) }));
      await this.ports.database.worker(job.tenant, (tx) => documents.storeEmbeddings(tx, rows));
    }
    await this.setState(job, 'finished');
  }

  private async setState(job: JobData<'corpus.embed'>, state: 'embedding' | 'finished', notice?: string): Promise<void> {
    const { runId } = job;
    if (runId !== undefined) await this.ports.database.worker(job.tenant, (tx) => imports.setRunState(tx, runId, state, notice));
  }
}
