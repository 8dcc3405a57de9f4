import { type Attributes, context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AppError } from '@kontor/kernel';
import { errorMessage } from '../redact.js';
import { textIsTraced } from './traced-text.js';
import { activeSpanContext, readTraceParent } from './trace-parent.js';

export interface SpanSetting {
  kind?: Lowercase<keyof typeof SpanKind>;
  attributes?: Attributes;
}
export interface TraceBeginning extends SpanSetting {
  /** W3C's `traceparent` of what this goes on from, in another process; without a sound one a trace begins. */
  parent?: unknown;
  /** What a trace of its own comes from: an import has too many documents for one trace. */
  comesFrom?: unknown;
}

/** A span under way. One of these ends it; `run` makes it the parent of what the work does. */
export interface OpenSpan {
  run<Result>(work: () => Result): Result;
  annotate(attributes: Attributes): void;
  /** Notes the failure; whoever notes one first is heard. */
  fail(thrown: unknown): void;
  end(): void;
}

const failed = new WeakSet<Span>();

function fail(span: Span, thrown: unknown): void {
  if (failed.has(span)) return;
  failed.add(span);
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  span.setAttribute('error.type', error instanceof AppError ? error.code : error.name);
  // A parser or a database quotes what it was given, so what they say needs the same leave as other text.
  span.setStatus({ code: SpanStatusCode.ERROR, message: errorMessage(error, textIsTraced()) });
}

function open(name: string, { kind = 'internal', attributes = {} }: SpanSetting, parent = context.active(), comesFrom?: unknown): OpenSpan {
  const link = readTraceParent(comesFrom);
  const span = trace.getTracer('kontor').startSpan(name, { kind: SpanKind[kind.toUpperCase() as Uppercase<typeof kind>], attributes, ...(link ? { links: [{ context: link }] } : {}) }, parent);
  const within = trace.setSpan(parent, span);
  return {
    run: (work) => context.with(within, work),
    annotate: (more) => void span.setAttributes(more),
    fail: (thrown) => fail(span, thrown),
    end: () => span.end(),
  };
}

/** A span of the trace under way; undefined where there is none: only requests, jobs and events begin traces. */
export function openSpan(name: string, setting: SpanSetting = {}): OpenSpan | undefined {
  return activeSpanContext() ? open(name, setting) : undefined;
}

/** Begins a trace, or goes on with one that came from another process. It costs next to nothing while nothing is traced. */
export function beginTrace(name: string, { parent, comesFrom, ...setting }: TraceBeginning): OpenSpan {
  const remote = readTraceParent(parent);
  return open(name, setting, remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT, comesFrom);
}

async function through<Result>(span: OpenSpan, work: (span: OpenSpan) => Promise<Result>): Promise<Result> {
  try {
    return await span.run(() => work(span));
  } catch (thrown) {
    span.fail(thrown);
    throw thrown;
  } finally {
    span.end();
  }
}

/**
 * Runs the work as a part of the trace under way, if there is one.
 *
 * @example const text = await inSpan('read file', {}, () => readFile(path));
 */
export function inSpan<Result>(name: string, setting: SpanSetting, work: (span?: OpenSpan) => Promise<Result>): Promise<Result> {
  const span = openSpan(name, setting);
  return span ? through(span, work) : work();
}

/** Runs the work as a trace, or as what goes on with one from another process. */
export function inTrace<Result>(name: string, beginning: TraceBeginning, work: (span: OpenSpan) => Promise<Result>): Promise<Result> {
  return through(beginTrace(name, beginning), work);
}

/** Notes a failure that is answered rather than thrown on the active span. */
export function failActiveSpan(thrown: unknown): void {
  const span = trace.getActiveSpan();
  if (span) fail(span, thrown);
}

export function annotateActiveSpan(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}
