import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.js';

/** Says once that the receiver is away, and once that it is there again. */
export class WatchedExporter implements SpanExporter {
  private away = false;

  constructor(
    private readonly inner: SpanExporter,
    private readonly logger: Logger,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.inner.export(spans, (result) => {
      this.note(result);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.inner.forceFlush?.();
  }

  private note({ code, error }: ExportResult): void {
    const failed = code !== ExportResultCode.SUCCESS;
    if (failed === this.away) return;
    this.away = failed;
    if (failed) this.logger.warn({ code: 'traces.not_taken', reason: error?.name }, 'traces are lost: the receiver at KONTOR_TRACES_URL does not take them; nothing else is affected');
    else this.logger.info('traces are taken again');
  }
}
