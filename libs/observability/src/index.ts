export { correlationId, withCorrelation } from './correlation.js';
export { type Check, type CheckKind, type CheckResult, Health, type HealthReport } from './health.js';
export { createLogger, type Logger, type LoggerOptions, silentLogger } from './logger.js';
export { count, gauge, metricsText, observe, onScrape, timed } from './metrics/metrics.js';
export { METRICS, type MetricDefinition, type MetricName } from './metrics/table.js';
export { annotateActiveSpan, beginTrace, failActiveSpan, inSpan, inTrace, type OpenSpan, openSpan, type SpanSetting, type TraceBeginning } from './traces/span.js';
export { startTracing, type Tracing, type TracingSettings } from './traces/start-tracing.js';
export { activeTraceParent, traceHeaders } from './traces/trace-parent.js';
export { textAttributes, textIsTraced } from './traces/traced-text.js';
