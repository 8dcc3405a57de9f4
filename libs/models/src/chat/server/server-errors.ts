import { AppError } from '@kontor/kernel';
import { FailureBody } from './wire.js';

const RETRY_AFTER_MS_MAX = 3_600_000;
/** How vLLM, SGLang, llama-server, Ollama and OpenAI say that the prompt is too long. */
const TOO_LONG = /context_length_exceeded|exceed_context_size|context (?:length|size|window)|context_window/i;
const SHORT_NAME = /^[\w.-]{1,60}$/;

export const unreachable = (reason?: string): AppError =>
  new AppError('chat.server_unreachable', { status: 503, retry: 'later', message: 'The chat server cannot be reached. Start it, or correct KONTOR_CHAT_URL.', ...(reason === undefined ? {} : { details: { reason } }) });

export const silent = (waitedMs: number): AppError => new AppError('chat.server_silent', { status: 504, retry: 'later', message: `The chat server sent nothing for ${waitedMs / 1_000} seconds.`, details: { waitedMs } });

export const cut = (): AppError => new AppError('chat.answer_cut', { status: 502, retry: 'later', message: 'The connection to the chat server ended in the middle of the answer.' });

export const unreadable = (): AppError =>
  new AppError('chat.answer_unreadable', { status: 502, retry: 'later', message: 'What the chat server sent is no answer of an OpenAI-compatible API. KONTOR_CHAT_URL may name another kind of server.' });

export const failed = (details: Record<string, unknown> = {}): AppError => new AppError('chat.server_failed', { status: 502, retry: 'later', message: 'The chat server failed. Its own log says why.', details });

export function promptTooLong(details: Record<string, unknown> = {}): AppError {
  return new AppError('chat.prompt_too_long', { status: 413, message: "The prompt and the longest answer do not fit into the model's context.", details });
}

export function modelUnknown(model: string | undefined, models: readonly string[]): AppError {
  const message = model === undefined ? 'The chat server has several models: name one with KONTOR_CHAT_MODEL.' : `The chat server has no model ${model}: correct KONTOR_CHAT_MODEL.`;
  return new AppError('chat.model_unknown', { status: 502, message: models.length === 0 ? message : `${message} It has ${models.join(', ')}.`, details: { models } });
}

/** Seconds or a date, RFC 9110; null where the header is absent or says neither. */
export function retryAfterMs(header: string | null, nowMs = Date.now()): number | null {
  if (header === null) return null;
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(0, waitMs), RETRY_AFTER_MS_MAX);
}

/** The kind of failure in the server's words, where it is a name and no sentence: a sentence may repeat the prompt. */
function kindOf(body: string): { kind?: string; text: string } {
  try {
    const parsed = FailureBody.parse(JSON.parse(body));
    const failure = 'error' in parsed ? parsed.error : parsed;
    if (typeof failure === 'string') return { text: failure };
    const names = [failure.code, failure.type].filter((name): name is string => typeof name === 'string' && SHORT_NAME.test(name));
    return { text: `${names.join(' ')} ${failure.message ?? ''}`, ...(names[0] === undefined ? {} : { kind: names[0] }) };
  } catch {
    return { text: '' };
  }
}

/** The one error that an answer with this status becomes. Neither the key nor what the server wrote is in it. */
export function refusal(status: number, headers: Headers, body: string): AppError {
  const { kind, text } = kindOf(body);
  const details = { serverStatus: status, ...(kind === undefined ? {} : { kind }) };
  if (status === 429 || status === 503) {
    const waitMs = retryAfterMs(headers.get('retry-after'));
    return new AppError('chat.server_busy', { status: 503, retry: 'later', message: 'The chat server has too much to do. Try again later.', details: { ...details, ...(waitMs === null ? {} : { retryAfterMs: waitMs }) } });
  }
  if (status === 401 || status === 403) return new AppError('chat.key_refused', { status: 502, message: 'The chat server refuses the key: correct KONTOR_CHAT_KEY.', details });
  if ((status === 400 || status === 413 || status === 422) && TOO_LONG.test(text)) return promptTooLong(details);
  if (status >= 500) return failed(details);
  return new AppError('chat.request_refused', { status: 502, message: `The chat server refuses the request with the status ${status}. KONTOR_CHAT_URL or KONTOR_CHAT_MODEL may be wrong.`, details });
}
