export { correlationId, withCorrelation } from './correlation.js';
export { type Check, type CheckKind, type CheckResult, Health, type HealthReport } from './health.js';
export { createLogger, type Logger, type LoggerOptions, silentLogger } from './logger.js';
export { count, gauge, metricsText, observe, onScrape, timed } from './metrics/metrics.js';
export { METRICS, type MetricDefinition, type MetricName } from './metrics/table.js';
