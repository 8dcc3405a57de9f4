import { type DestinationStream, destination, type Logger as PinoLogger, pino } from 'pino';
import { correlationId } from './correlation.js';
import { prettyLine } from './pretty.js';
import { errorMessage, redact } from './redact.js';
import { activeSpanContext } from './traces/trace-parent.js';

export type Logger = PinoLogger;

export interface LoggerOptions {
  level: string;
  /** Opt-in: the text of questions and documents may appear. */
  text: boolean;
  /** The service that writes. */
  name?: string;
  /** One readable line instead of JSON; by default where a person watches a terminal. */
  pretty?: boolean;
  /** Where lines go; by default standard error, so that a command's output stays clean. */
  stream?: DestinationStream;
}

function stream(options: LoggerOptions): DestinationStream {
  const target = options.stream ?? destination({ fd: 2, sync: true });
  const pretty = options.pretty ?? (options.stream === undefined && process.stderr.isTTY);
  return pretty ? { write: (json: string) => target.write(prettyLine(json)) } : target;
}

/**
 * The logger of one process. Hand out children by service: `logger.child({ name: 'ingestion' })`.
 *
 * @example const logger = createLogger({ level: config.log.level, text: config.log.text, name: 'kontor' });
 */
export function createLogger(options: LoggerOptions): Logger {
  const clean = (record: object): Record<string, unknown> => redact(record, options.text) as Record<string, unknown>;
  const logger = pino(
    {
      level: options.level,
      name: options.name,
      base: {},
      formatters: { log: clean },
      // `clean` has made a plain object of every error already.
      serializers: { err: (error: unknown) => error },
      mixin: () => {
        const [id, span] = [correlationId(), activeSpanContext()];
        return { ...(id === undefined ? {} : { correlation: id }), ...(span ? { trace_id: span.traceId, span_id: span.spanId } : {}) };
      },
      hooks: {
        // Without a message pino would take the error's own, past the redaction.
        logMethod(args, method) {
          const first: unknown = args[0];
          const error = first instanceof Error ? first : (first as { err?: unknown } | null)?.err;
          if (error instanceof Error && args[1] === undefined) return method.call(this, first === error ? { err: error } : first, errorMessage(error, options.text));
          return method.apply(this, args);
        },
      },
    },
    stream(options),
  );
  // Children inherit this method; pino offers no formatter for their bindings.
  const child = logger.child;
  logger.child = function (this: Logger, bindings: object, ...rest: [never]) {
    return child.call(this, clean(bindings), ...rest);
  } as Logger['child'];
  return logger;
}

/** For specs and for composition before the configuration is read. */
export const silentLogger: Logger = pino({ level: 'silent' });
