import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { inSpan } from '../traces/span.js';
import { METRICS, type LabelsOf, type MetricDefinition, type MetricName, type MetricOf } from './table.js';

type AnyMetric = Counter | Gauge | Histogram;
interface Collector {
  gauges: readonly MetricOf<'gauge'>[];
  collect: () => Promise<() => void>;
}

/** One registry a process, as clocks and loggers of a process are one: what is measured names no service by itself. */
const registry = new Registry();
const made = new Map<MetricName, AnyMetric>();
const collectors = new Set<Collector>();

function make(name: MetricName): AnyMetric {
  const { kind, help, labels, buckets }: MetricDefinition = METRICS[name];
  const common = { name, help, labelNames: [...labels], registers: [registry] };
  if (kind === 'counter') return new Counter(common);
  if (kind === 'gauge') return new Gauge(common);
  return new Histogram({ ...common, ...(buckets ? { buckets: [...buckets] } : {}) });
}

function metric<Kind extends AnyMetric>(name: MetricName): Kind {
  const found = made.get(name) ?? make(name);
  made.set(name, found);
  return found as Kind;
}

/** Adds to a counter. @example count('kontor_answers_total', { status: 'answered' }) */
export function count<Name extends MetricOf<'counter'>>(name: Name, labels: LabelsOf<Name>, by = 1): void {
  metric<Counter>(name).inc(labels, by);
}

/** Notes a duration in seconds. */
export function observe<Name extends MetricOf<'histogram'>>(name: Name, labels: LabelsOf<Name>, seconds: number): void {
  metric<Histogram>(name).observe(labels, seconds);
}

export function gauge<Name extends MetricOf<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void {
  metric<Gauge>(name).set(labels, value);
}

/** Runs the work and notes how long it took, failed or not; in the trace under way as well, where the table names a span. */
export async function timed<Name extends MetricOf<'histogram'>, Result>(name: Name, labels: LabelsOf<Name>, work: () => Promise<Result>): Promise<Result> {
  const { span }: MetricDefinition = METRICS[name];
  const startedMs = performance.now();
  try {
    return await (span === undefined ? work() : inSpan([span, ...Object.values<string>(labels)].join(' '), {}, work));
  } finally {
    observe(name, labels, (performance.now() - startedMs) / 1_000);
  }
}

/**
 * Fills the gauges at each look at the metrics; for what is counted elsewhere, such as a queue's depth. Where `collect`
 * fails or hangs they are empty: what was true a while ago must not look like now.
 *
 * @example onScrape(['kontor_outbox_waiting'], async () => { const { waiting } = await lag(); return () => gauge('kontor_outbox_waiting', {}, waiting); });
 * @returns a function that ends it
 */
export function onScrape(gauges: readonly MetricOf<'gauge'>[], collect: () => Promise<() => void>): () => void {
  const collector = { gauges, collect };
  collectors.add(collector);
  return () => void collectors.delete(collector);
}

const COLLECT_MS_MAX = 5_000;
let processMetrics = false;

/** The library's reset puts a gauge without labels to 0, which would say that nothing waits where nobody knows. */
function empty(name: MetricOf<'gauge'>): void {
  metric<Gauge>(name).reset();
  if (METRICS[name].labels.length === 0) metric<Gauge>(name).remove();
}

async function refresh({ gauges, collect }: Collector): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), COLLECT_MS_MAX)));
  const show = await Promise.race([collect(), late]).catch(() => undefined);
  clearTimeout(timer);
  for (const name of gauges) empty(name);
  show?.();
}

/** All metrics in the text format of Prometheus. A collector that fails or hangs costs its own figures only. */
export async function metricsText(): Promise<{ type: string; text: string }> {
  if (!processMetrics) collectDefaultMetrics({ register: registry });
  processMetrics = true;
  await Promise.all([...collectors].map(refresh));
  return { type: registry.contentType, text: await registry.metrics() };
}
