import { ImportProgress, ImportStarted, INTERNAL_IMPORTS, Problem, type ImportRequest } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { traceHeaders } from '@kontor/observability';
import { z } from 'zod';
import type { AdminApiPorts } from '../ports.js';
import { multipartOf } from './multipart.js';

const ANSWER_MS_MAX = 15_000;

/** Where `ingestion` is reached, and the operator's token that it knows. */
export interface IngestionAddress {
  url: string;
  token: string;
}

/** Imports that `ingestion` does in another process, where the folders are. */
export function remoteImports({ url, token }: IngestionAddress): AdminApiPorts['imports'] {
  const headers = { authorization: `Bearer ${token}` };
  const ask = async <T extends z.ZodType>(path: string, schema: T, init: RequestInit & { duplex?: 'half' } = {}): Promise<z.infer<T>> => {
    const sent = fetch(`${url}/${INTERNAL_IMPORTS}${path}`, { ...init, headers: { ...headers, ...traceHeaders(), ...(init.headers as Record<string, string> | undefined) } });
    const response = await sent.catch((cause: unknown) => Promise.reject(unreachable(cause)));
    if (response.ok) return schema.parse(await response.json());
    throw await problemOf(response);
  };
  const soon = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  return {
    start: (request: ImportRequest) => ask('', ImportStarted, { ...soon(), method: 'POST', body: JSON.stringify(request), headers: { 'content-type': 'application/json' } }),
    latest: (limit) => ask(`?limit=${limit}`, z.array(ImportProgress), soon()),
    progress: (runId) => ask(`/${encodeURIComponent(runId)}`, ImportProgress, soon()),
    upload: (corpus, files) => {
      let interrupted: unknown;
      const { contentType, body } = multipartOf(watched(files, (thrown) => (interrupted = thrown)));
      const sent = ask(`/uploads?corpus=${encodeURIComponent(corpus)}`, ImportStarted, { method: 'POST', body: ReadableStream.from(body), duplex: 'half', headers: { 'content-type': contentType } });
      // Where the files themselves broke off, that is what whoever sent them must hear.
      return sent.catch((thrown: unknown) => Promise.reject(AppError.from(interrupted ?? thrown)));
    },
  };
}

async function* watched<File>(files: AsyncIterable<File>, onBroken: (thrown: unknown) => void): AsyncGenerator<File> {
  try {
    yield* files;
  } catch (thrown) {
    onBroken(thrown);
    throw thrown;
  }
}

/** The reason may name addresses inside the company, so it stays in the log as the cause. */
const unreachable = (cause: unknown): AppError =>
  new AppError('ingestion.unreachable', { status: 503, retry: 'later', message: 'The service that imports documents does not answer. Try again in a moment; if it lasts, an administrator must look at "ingestion".', cause });

async function problemOf(response: Response): Promise<AppError> {
  const problem = Problem.safeParse(await response.json().catch(() => null));
  if (!problem.success) return unreachable(new Error(`status ${response.status}`));
  const { code, status, detail: message, details } = problem.data;
  // The two services' tokens differ: that is nothing the person who asked can mend by signing in.
  if (status === 401) return new AppError('ingestion.token_refused', { status: 502, message: 'The service that imports documents knows another KONTOR_OPERATOR_TOKEN. Give both services the same one.' });
  return new AppError(code, { status, message, details });
}
