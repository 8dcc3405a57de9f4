import type { Citation, Source } from '@kontor/contracts';
import type { OpenDocument } from './state.js';
import type { Store } from './store.js';

/** How much more of the text one click brings. */
const WIDEN_UNITS = 4_000;

/** The document beside the conversation. */
export class Documents {
  constructor(private readonly store: Store) {}

  async openSource(source: Source): Promise<void> {
    const { documentId: id, title, headingPath, page, start, end } = source;
    await this.open({ id, title, headingPath, page, start, end, passage: null });
  }

  /** Opens the very words that carry a sentence: narrower than the source in which they stand. */
  async openCitation(citation: Citation, sources: readonly Source[]): Promise<void> {
    const source = sources.find((other) => other.ordinal === citation.source);
    const { documentId: id, start, end } = citation;
    if (id === null || start === null || end === null) return source === undefined ? undefined : this.openSource(source);
    const title = source?.title ?? citation.path ?? '';
    await this.open({ id, title, headingPath: source?.headingPath ?? [], page: source?.page ?? null, start, end, passage: null });
  }

  async widen(side: 'before' | 'after'): Promise<void> {
    const document = this.store.state.document;
    const passage = document?.passage;
    if (!document || !passage) return;
    const start = side === 'before' ? Math.max(0, passage.textStart - WIDEN_UNITS) : passage.textStart;
    const end = side === 'after' ? Math.min(passage.totalUnits, passage.textEnd + WIDEN_UNITS) : passage.textEnd;
    await this.load(document, start, end);
  }

  close(): void {
    this.store.update({ document: null });
  }

  private async open(document: OpenDocument): Promise<void> {
    this.store.update({ document, problem: null });
    await this.load(document, document.start, document.end);
  }

  private async load(document: OpenDocument, start: number, end: number): Promise<void> {
    try {
      const passage = await this.store.api.passage(document.id, start, end);
      // Another document may have been opened, or this one closed, while the text was on its way.
      if (this.store.state.document === document) this.store.update({ document: { ...document, title: passage.title, passage } });
    } catch (thrown) {
      if (this.store.state.document === document && document.passage === null) this.close();
      this.store.fail(thrown);
    }
  }
}
