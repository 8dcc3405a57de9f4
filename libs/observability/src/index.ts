export { correlationId, withCorrelation } from './correlation.js';
export { type Check, type CheckKind, type CheckResult, Health, type HealthReport } from './health.js';
export { createLogger, type Logger, type LoggerOptions, silentLogger } from './logger.js';
