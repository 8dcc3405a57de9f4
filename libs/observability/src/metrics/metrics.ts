import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type LabelsOf, type MetricDefinition, type MetricName, type MetricOf } from './table.js';

type AnyMetric = Counter | Gauge | Histogram;

/** One registry a process, as clocks and loggers of a process are one: what is measured names no service by itself. */
const registry = new Registry();
const made = new Map<MetricName, AnyMetric>();
const collectors = new Set<() => Promise<void>>();

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

/** Runs the work and notes how long it took, failed or not. */
export async function timed<Name extends MetricOf<'histogram'>, Result>(name: Name, labels: LabelsOf<Name>, work: () => Promise<Result>): Promise<Result> {
  const startedMs = performance.now();
  try {
    return await work();
  } finally {
    observe(name, labels, (performance.now() - startedMs) / 1_000);
  }
}

/** Asks `collect` at each look at the metrics; for what is counted elsewhere, such as a queue's depth. @returns a function that ends it */
export function onScrape(collect: () => Promise<void>): () => void {
  collectors.add(collect);
  return () => void collectors.delete(collect);
}

const COLLECT_MS_MAX = 5_000;
let processMetrics = false;

/** All metrics in the text format of Prometheus. A collector that fails or hangs costs its own figures only. */
export async function metricsText(): Promise<{ type: string; text: string }> {
  if (!processMetrics) collectDefaultMetrics({ register: registry });
  processMetrics = true;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, COLLECT_MS_MAX)));
  await Promise.race([Promise.allSettled([...collectors].map((collect) => collect())), late]);
  clearTimeout(timer);
  return { type: registry.contentType, text: await registry.metrics() };
}
