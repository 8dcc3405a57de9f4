import type { HubAddress } from '../catalogue/entry.js';
import { sourceFailed } from './source.js';

export interface HubOptions {
  baseUrl: string;
  /** Until the headers of an answer. */
  answerMs: number;
  /** Between two pieces of a body. */
  stallMs: number;
}

/** What the hub says of a file before it redirects to the host that serves the bytes. */
export interface HubFacts {
  sha256?: string;
  sizeBytes?: number;
  commit?: string;
}

export interface HubAnswer {
  response: Response;
  facts: HubFacts;
  /** Ends the connection; an answer that is not read to its end must be released. */
  release(): void;
}

/** The connection ended or stood still in the middle of the bytes: what came is kept and continued. */
export class BodyBroken extends Error {}

const REDIRECTS_MAX = 5;

export function hubUrl(baseUrl: string, { repository, revision, path }: HubAddress): URL {
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  return new URL(`${baseUrl.replace(/\/+$/, '')}/${repository}/resolve/${encodeURIComponent(revision)}/${escaped}`);
}

function readFacts(headers: Headers, known: HubFacts): HubFacts {
  const sha256 = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(headers.get('x-linked-etag') ?? '')?.[1] ?? known.sha256;
  const size = headers.get('x-linked-size');
  const sizeBytes = size !== null && /^\d+$/.test(size) ? Number(size) : known.sizeBytes;
  const commit = headers.get('x-repo-commit') ?? known.commit;
  return { ...(sha256 === undefined ? {} : { sha256 }), ...(sizeBytes === undefined ? {} : { sizeBytes }), ...(commit === undefined ? {} : { commit }) };
}

/** Sends one request and follows its redirects, keeping what each answer on the way states of the file. */
export async function askHub(url: URL, method: 'HEAD' | 'GET', fromByte: number, options: HubOptions, signal: AbortSignal): Promise<HubAnswer> {
  const ending = new AbortController();
  const both = AbortSignal.any([signal, ending.signal]);
  const timer = setTimeout(() => ending.abort(), options.answerMs);
  try {
    let facts: HubFacts = {};
    let next = url;
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
      const headers = { 'accept-encoding': 'identity', ...(fromByte > 0 ? { range: `bytes=${fromByte}-` } : {}) };
      const response = await fetch(next, { method, headers, redirect: 'manual', signal: both });
      facts = readFacts(response.headers, facts);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) return { response, facts, release: () => ending.abort() };
      await response.body?.cancel();
      next = new URL(location, next);
    }
  } catch (error) {
    signal.throwIfAborted();
    const what = ending.signal.aborted ? `did not answer within ${options.answerMs / 1_000} s` : 'cannot be reached';
    throw sourceFailed('hub', 'unavailable', `The model hub at ${url.host} ${what}.`, error);
  } finally {
    clearTimeout(timer);
  }
  throw sourceFailed('hub', 'refused', `The model hub at ${url.host} redirects without end.`);
}

/** The body's pieces; a wait longer than `stallMs` ends the connection. */
export async function* readBody(answer: HubAnswer, stallMs: number): AsyncGenerator<Uint8Array> {
  const reader = answer.response.body?.getReader();
  try {
    for (;;) {
      const timer = setTimeout(answer.release, stallMs);
      const piece = await Promise.resolve(reader?.read()).finally(() => clearTimeout(timer));
      if (piece === undefined || piece.done) return;
      yield piece.value;
    }
  } catch (error) {
    throw new BodyBroken('the connection ended early', { cause: error });
  } finally {
    answer.release();
  }
}
