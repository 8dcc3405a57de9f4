import { AppError } from '@kontor/kernel';

const SECRET_KEYS = new Set(['authorization', 'cookie', 'set-cookie', 'password', 'secret', 'token', 'apikey', 'api_key', 'x-api-key']);
/** What people wrote: questions, documents, answers. It is confidential, so it stays out of the log unless asked for. */
const TEXT_KEYS = new Set(['question', 'query', 'text', 'title', 'quote', 'passage', 'passages', 'prompt', 'answer', 'content', 'excerpt', 'body', 'history', 'delta', 'headingpath']);
const DEPTH_MAX = 6;
const MESSAGE_UNITS_MAX = 500;

/**
 * What an error says without repeating what it was given. An AppError is written by us and carries no text of others;
 * parsers and databases quote their input.
 */
export function errorMessage(error: Error, text: boolean): string {
  if (error instanceof AppError || text) return error.message;
  if (error instanceof SyntaxError) return 'malformed input';
  return error.message.replace(/"[^"]{40,}"/g, '"[removed]"').slice(0, MESSAGE_UNITS_MAX);
}

function describeError(error: Error, text: boolean, depth: number): Record<string, unknown> {
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)).join('\n');
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const details = error instanceof AppError ? { details: redact(error.details, text, depth + 1) } : {};
  const cause = error.cause === undefined ? {} : { cause: redact(error.cause, text, depth + 1) };
  return { type: error.name, ...code, message: errorMessage(error, text), ...details, stack: frames, ...cause };
}

/** A copy without secrets and, unless `text` is on, without what people wrote; errors become plain objects. */
export function redact(value: unknown, text: boolean, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth > DEPTH_MAX) return '[deep]';
  if (value instanceof Error) return describeError(value, text, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((entry) => redact(entry, text, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const lower = key.toLowerCase();
      if (SECRET_KEYS.has(lower)) return [key, '[secret]'];
      if (!text && TEXT_KEYS.has(lower)) return [key, '[text]'];
      return [key, redact(entry, text, depth + 1)];
    }),
  );
}
