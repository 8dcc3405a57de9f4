import { context, isSpanContextValid, type SpanContext, trace } from '@opentelemetry/api';

const TRACE_PARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** W3C's `traceparent` of the span that is active, to be carried to another process; undefined where nothing is traced. */
export function activeTraceParent(): string | undefined {
  const active = activeSpanContext();
  return active && `00-${active.traceId}-${active.spanId}-${active.traceFlags.toString(16).padStart(2, '0')}`;
}

/** For a request to another service, so that what it does there belongs to the same trace. */
export function traceHeaders(): Record<string, string> {
  const traceparent = activeTraceParent();
  return traceparent === undefined ? {} : { traceparent };
}

export function activeSpanContext(): SpanContext | undefined {
  const found = trace.getSpanContext(context.active());
  return found && isSpanContextValid(found) ? found : undefined;
}

/** What came from another process; whoever sent it may have written anything. */
export function readTraceParent(text: unknown): SpanContext | undefined {
  const [whole, traceId, spanId, flags] = (typeof text === 'string' ? TRACE_PARENT.exec(text) : null) ?? [];
  if (whole === undefined || whole.startsWith('ff')) return undefined;
  const found: SpanContext = { traceId: traceId!, spanId: spanId!, traceFlags: Number.parseInt(flags!, 16) & 1, isRemote: true };
  return isSpanContextValid(found) ? found : undefined;
}
