import { AppError } from '@kontor/kernel';

/** Sends a request and answers with a response that succeeded; everything else is an AppError. */
export async function send(url: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...init });
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new AppError('network.unreachable', { status: 503, retry: 'later', message: 'network.unreachable', cause });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function requestJson<T>(url: string, init: RequestInit = {}): Promise<T> {
  const response = await send(url, init);
  // The server checked what it sends against the schemas that these types come from; both ship together.
  return (await response.json()) as T;
}

export const jsonBody = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Reads a problem document (RFC 9457); a proxy on the way may answer with anything else. */
async function problemOf(response: Response): Promise<AppError> {
  const body: unknown = await response.json().catch(() => null);
  const { code, detail, title } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const words = [detail, title].find((text): text is string => typeof text === 'string' && text !== '');
  return new AppError(typeof code === 'string' ? code : `http.${response.status}`, {
    status: response.status,
    retry: response.status >= 500 || response.status === 429 ? 'later' : 'never',
    message: words ?? response.statusText,
  });
}
