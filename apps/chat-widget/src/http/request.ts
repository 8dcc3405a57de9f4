import { Problem } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import type { z } from 'zod';
import { newTrace, traceparentOf, type Trace } from './trace.js';

/** Headers as a record, to which others are added. */
export interface Init extends RequestInit {
  headers?: Record<string, string>;
}

/** Sends a request and answers with a response that succeeded; everything else is an AppError. */
export async function send(url: string, init: Init = {}, trace: Trace = newTrace()): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...init, headers: { traceparent: traceparentOf(trace), ...init.headers } });
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new AppError('network.unreachable', { status: 503, retry: 'later', message: 'network.unreachable', cause });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Sends a request and answers with its body, which a proxy or another version may have made something else of. */
export async function requestJson<T extends z.ZodType>(schema: T, url: string, init: Init = {}): Promise<z.infer<T>> {
  const response = await send(url, init);
  const body = schema.safeParse(await response.json().catch(() => null));
  if (body.success) return body.data;
  throw new AppError('http.unexpected', { status: 502, message: 'http.unexpected', cause: body.error });
}

export const jsonBody = (method: string, body: unknown): Init => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Reads a problem document (RFC 9457); a proxy on the way may answer with anything else. */
async function problemOf(response: Response): Promise<AppError> {
  const problem = Problem.safeParse(await response.json().catch(() => null)).data;
  return new AppError(problem?.code ?? `http.${response.status}`, {
    status: response.status,
    retry: response.status >= 500 || response.status === 429 ? 'later' : 'never',
    message: problem?.detail ?? response.statusText,
  });
}
