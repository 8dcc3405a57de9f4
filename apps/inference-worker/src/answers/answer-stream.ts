import type { Citation, StreamPart, Verification } from '@kontor/contracts';
import { observe } from '@kontor/observability';
import type { TokenStream } from '@kontor/queue';

const COALESCE_MS = 40;
/** What a reader is shown before any word of the answer. */
const BEFORE_WORDS: ReadonlySet<string> = new Set<StreamPart['type']>(['start', 'data-sources', 'data-notice', 'data-queue']);

/** One answer's stream: words are gathered for a moment, so that a fast model does not make an event of each token. */
export class AnswerStream {
  /** All words so far, sent or about to be. */
  shown = '';
  private pending = '';
  private begun = false;
  private flushedMs = 0;
  /** The last part that this writer knows of. Where another one stands behind it, somebody else writes by now. */
  private last: number | undefined;
  private readonly startedMs = performance.now();

  constructor(
    private readonly stream: TokenStream,
    private readonly id: string,
  ) {}

  /** Looks where the stream stands. @returns whether it is sure that nobody has seen a word yet */
  async look(): Promise<boolean> {
    const entries = await this.stream.soFar(this.id);
    this.last = entries.at(-1)?.seq ?? 0;
    return entries[0]?.seq === 1 && entries.every(({ part }) => BEFORE_WORDS.has((part as StreamPart).type));
  }

  /** Nobody is ahead any more. */
  async begin(): Promise<void> {
    await this.append({ type: 'data-queue', data: { position: 0, estimateMs: null } });
  }

  /** Begins in the place of a writer that is thought dead: should it come back, it adds nothing. @returns false where it did since the look */
  async takeOver(): Promise<boolean> {
    const before = this.last ?? 0;
    this.last = undefined;
    await this.begin();
    return this.last === before + 1;
  }

  /** The process ends before a word was written: the next one is for another worker. */
  async waitAgain(): Promise<void> {
    await this.append({ type: 'data-queue', data: { position: 1, estimateMs: null } });
  }

  /** Whether the reader has seen a word. */
  get told(): boolean {
    return this.begun || this.shown !== '';
  }

  async text(delta: string): Promise<void> {
    if (!this.begun) {
      this.begun = true;
      observe('kontor_answer_first_token_seconds', {}, (performance.now() - this.startedMs) / 1_000);
      await this.append({ type: 'text-start', id: this.id });
    }
    this.shown += delta;
    this.pending += delta;
    if (performance.now() - this.flushedMs >= COALESCE_MS) await this.flush();
  }

  async replace(text: string): Promise<void> {
    this.pending = '';
    this.shown = text;
    await this.append({ type: 'data-replace', data: { text } });
  }

  async citation(citation: Citation): Promise<void> {
    await this.flush();
    await this.append({ type: 'data-citation', data: citation });
  }

  async finish(verification: Verification): Promise<void> {
    await this.flush();
    if (this.begun) await this.append({ type: 'text-end', id: this.id });
    await this.append({ type: 'data-verification', data: verification });
    await this.append(verification.status === 'stopped' ? { type: 'abort' } : { type: 'finish' });
    await this.stream.end(this.id);
  }

  async fail(errorText: string, code: string): Promise<void> {
    await this.append({ type: 'error', errorText, code });
    await this.stream.end(this.id);
  }

  private async flush(): Promise<void> {
    if (this.pending === '') return;
    const delta = this.pending;
    this.pending = '';
    this.flushedMs = performance.now();
    await this.append({ type: 'text-delta', id: this.id, delta });
  }

  private async append(part: StreamPart): Promise<void> {
    this.last = await this.stream.append(this.id, part, this.last);
  }
}
