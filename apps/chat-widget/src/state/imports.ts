import type { ImportProgress } from '@kontor/contracts';
import type { Store } from './store.js';

const POLL_MS = 1_000;

export const isActive = (run: ImportProgress): boolean => run.state !== 'finished' && run.state !== 'failed';

/** What administrators see: upload and the progress of imports. */
export class Imports {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: Store,
    private readonly finished: () => Promise<void>,
  ) {}

  async show(): Promise<void> {
    this.store.update({ view: 'documents', drawerOpen: false, document: null, problem: null });
    await this.store.attempt(async () => this.store.update({ imports: await this.store.api.imports() }));
    this.schedule();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  async upload(corpus: string): Promise<void> {
    const { files, uploading } = this.store.state;
    if (files.length === 0 || uploading) return;
    this.store.update({ uploading: true, problem: null });
    await this.store.attempt(async () => {
      const { runId } = await this.store.api.upload(corpus, files);
      const run = await this.store.api.importRun(runId);
      this.store.update({ files: [], imports: [run, ...this.store.state.imports.filter((other) => other.runId !== runId)] });
    });
    this.store.update({ uploading: false });
    this.schedule();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const { view, imports } = this.store.state;
    if (view === 'documents' && imports.some(isActive)) this.timer = setTimeout(() => void this.poll(), POLL_MS);
  }

  private async poll(): Promise<void> {
    const before = this.store.state.imports;
    await this.store.attempt(async () => {
      const fresh = await Promise.all(before.filter(isActive).map((run) => this.store.api.importRun(run.runId)));
      const byId = new Map(fresh.map((run) => [run.runId, run]));
      this.store.update({ imports: this.store.state.imports.map((run) => byId.get(run.runId) ?? run) });
      if (fresh.some((run) => !isActive(run))) await this.finished();
    });
    this.schedule();
  }
}
