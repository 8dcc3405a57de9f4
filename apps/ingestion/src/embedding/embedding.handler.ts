import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { JobData } from '@kontor/contracts';
import { corpora, denseText, documents, imports, type Corpus, type WorkerTx } from '@kontor/db';
import { newId, type AppError } from '@kontor/kernel';
import type { Embedder } from '@kontor/models';
import { count } from '@kontor/observability';
import { Handles, type JobContext } from '@kontor/queue';
import type { IngestionPorts } from '../ports.js';
import { INGESTION_PORTS } from '../tokens.js';

/** One window's vectors are lost when the process dies; small enough to matter little, large enough to sort by length. */
const WINDOW_CHUNKS = 128;

const NO_EMBEDDER = 'No embedding model is ready, so the corpus is searched by words only. Its vectors follow once a model is there; ./kontor doctor says what is missing.';
const otherEmbedder = (corpus: Corpus, embedder: Embedder): string =>
  `The corpus was embedded with ${corpus.embedder}, and ${embedder.model} runs now. Vectors of two models do not compare, so it is searched by words only. ` +
  `Go back with ./kontor models use ${corpus.embedder}, or import the folder under another corpus name.`;

/** Gives vectors to every chunk of a corpus that has none. */
@Injectable()
@Handles('corpus.embed')
export class EmbeddingHandler implements OnApplicationBootstrap {
  constructor(@Inject(INGESTION_PORTS) private readonly ports: IngestionPorts) {}

  async run(job: JobData<'corpus.embed'>, { signal }: Pick<JobContext, 'signal'>): Promise<void> {
    await this.setState(job, 'embedding');
    // One that is still being loaded is not one that is missing.
    await this.ports.embedderReady;
    const embedder = this.ports.embedder();
    const notice = embedder ? await this.embedPending(job, embedder, signal) : NO_EMBEDDER;
    await this.setState(job, 'finished', notice);
  }

  /** Told when the last attempt failed: what has no vector is found by its words, and whoever waits for the import hears of it. */
  failed(job: JobData<'corpus.embed'>, error: AppError): Promise<void> {
    this.ports.logger.error({ code: error.code, corpusId: job.corpusId }, 'embedding failed');
    return this.setState(job, 'finished', `Not every passage has its vector, so some are found by their words only: ${error.message} (${error.code}) The next start of Kontor goes on with them.`);
  }

  /** Nobody waits for it: the service works while the embedder still comes. */
  onApplicationBootstrap(): void {
    const { embedderReady, logger } = this.ports;
    void embedderReady.then(() => this.resume()).catch((thrown: unknown) => logger.warn({ err: thrown }, 'embedding was not resumed'));
  }

  /** Goes on where something was left without a vector: the embedder came late, or the last process ended between two jobs. */
  async resume(): Promise<void> {
    const { tenant } = this.ports;
    if (!this.ports.embedder()) return;
    const all = await this.ports.database.worker(tenant, (tx) => corpora.listCorpora(tx));
    for (const corpus of all) if (corpus.pending > 0) await this.ports.enqueue('corpus.embed', { tenant, corpusId: corpus.id }, { id: `embed-${newId()}` });
  }

  /** Returns why it could not, in words for whoever imports. */
  private async embedPending({ tenant, corpusId }: JobData<'corpus.embed'>, embedder: Embedder, signal: AbortSignal): Promise<string | undefined> {
    const worker = <T>(work: (tx: WorkerTx) => Promise<T>): Promise<T> => this.ports.database.worker(tenant, work);
    for (;;) {
      signal.throwIfAborted();
      const { corpus, pending } = await worker(async (tx) => ({ corpus: await corpora.adoptEmbedder(tx, corpusId, embedder), pending: await documents.pendingEmbeddings(tx, corpusId, WINDOW_CHUNKS) }));
      if (corpus && !corpora.isEmbeddedBy(corpus, embedder)) return otherEmbedder(corpus, embedder);
      if (!corpus || pending.length === 0) return undefined;
      const startedMs = performance.now();
      const vectors = await embedder.embed(pending.map((chunk) => chunk.text), 'passage', signal);
      count('kontor_embeddings_total', {}, vectors.length);
      count('kontor_embedding_seconds_total', {}, (performance.now() - startedMs) / 1_000);
      const rows = pending.map((chunk, index) => ({ id: chunk.id, dense: denseText(vectors[index]!) }));
      await worker(async (tx) => {
        // Another process may have begun with another embedder meanwhile; the next round then says so.
        const now = await corpora.adoptEmbedder(tx, corpusId, embedder);
        if (now && corpora.isEmbeddedBy(now, embedder)) await documents.storeEmbeddings(tx, rows);
      });
    }
  }

  private async setState(job: JobData<'corpus.embed'>, state: 'embedding' | 'finished', notice?: string): Promise<void> {
    const { runId } = job;
    if (runId !== undefined) await this.ports.database.worker(job.tenant, (tx) => imports.setRunState(tx, runId, state, notice));
  }
}
