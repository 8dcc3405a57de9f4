import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { newId } from '@kontor/kernel';
import type { Logger } from '../logger.js';
import { WatchedExporter } from './watched-exporter.js';

const SEND_EVERY_MS = 2_000;
const SEND_MS_MAX = 5_000;
/** Beyond these spans are dropped: a receiver that is away or slow must cost neither memory nor time. */
const SPANS_WAITING_MAX = 4_096;
const CLOSE_MS_MAX = 1_500;
/** Of one attribute; only text that was opted in is long. */
const ATTRIBUTE_UNITS_MAX = 4_096;

interface SdkSettings {
  url: string;
  sample: number;
  service: string;
  logger: Logger;
}

const addressOf = (url: string): string => (url.endsWith('/v1/traces') ? url : `${url}/v1/traces`);

/** OpenTelemetry's part of tracing; loaded only where something is traced. */
export function openSdk({ url, sample, service, logger }: SdkSettings): { close(): Promise<void> } {
  const share = new TraceIdRatioBasedSampler(sample);
  const exporter = new WatchedExporter(new OTLPTraceExporter({ url: addressOf(url), timeoutMillis: SEND_MS_MAX }), logger);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'kontor', 'service.instance.id': newId() }),
    // By the trace's id, so that all services keep the same ones; whether a browser asks for it decides nothing.
    sampler: new ParentBasedSampler({ root: share, remoteParentSampled: share, remoteParentNotSampled: share }),
    spanLimits: { attributeValueLengthLimit: ATTRIBUTE_UNITS_MAX },
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: SPANS_WAITING_MAX, scheduledDelayMillis: SEND_EVERY_MS, exportTimeoutMillis: 2 * SEND_MS_MAX })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  return {
    close: async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS_MAX)));
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
      trace.disable();
      context.disable();
    },
  };
}
