import { AppError, ServerEventParser } from '@kontor/kernel';
import { StreamPart } from '@kontor/contracts';

/** Without a byte for so long the connection counts as lost: a machine that slept gets no other word of it. */
const IDLE_MS_MAX = 60_000;
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000];
const ATTEMPTS_MAX = 60;

export interface Following {
  /** The stream that is open already; null starts by resuming from the beginning. */
  response: Response | null;
  /** Opens the rest of the stream after a sequence number; null where the answer's id never arrived. */
  resume(lastSequence: string | null): Promise<Response> | null;
  onPart(part: StreamPart): void;
  onConnection(live: boolean): void;
  signal: AbortSignal;
  retryDelaysMs?: readonly number[];
  idleMsMax?: number;
}

/** `gone`: the rest can no longer be streamed, so what was stored has to be asked for. */
export type Outcome = 'finished' | 'gone';

interface Progress {
  lastSequence: string | null;
  /** Connections in a row that brought nothing. */
  failures: number;
}

/** Reads an answer's stream to its end, over as many connections as it takes. Throws what no retry mends. */
export async function followAnswer(following: Following): Promise<Outcome> {
  const progress: Progress = { lastSequence: null, failures: 0 };
  let response = following.response;
  for (;;) {
    if (response !== null) {
      following.onConnection(true);
      if (await readStream(response, following, progress)) return 'finished';
      await pause(following, progress);
    }
    const next = await reopen(following, progress);
    if (next === 'gone') return 'gone';
    if (next instanceof AppError) await pause(following, progress);
    response = next instanceof AppError ? null : next;
  }
}

async function pause(following: Following, progress: Progress): Promise<void> {
  following.onConnection(false);
  const delaysMs = following.retryDelaysMs ?? RETRY_DELAYS_MS;
  await delay(delaysMs[Math.min(progress.failures, delaysMs.length - 1)]!, following.signal);
  progress.failures += 1;
}

async function reopen(following: Following, progress: Progress): Promise<Response | AppError | 'gone'> {
  following.signal.throwIfAborted();
  try {
    return (await following.resume(progress.lastSequence)) ?? 'gone';
  } catch (thrown) {
    following.signal.throwIfAborted();
    const error = AppError.from(thrown);
    if (error.status === 404 || error.status === 410) return 'gone';
    if (error.retry === 'never' || progress.failures >= ATTEMPTS_MAX) throw error;
    return error;
  }
}

/** True when the stream said that it is complete, false when the connection ended before. */
async function readStream(response: Response, following: Following, progress: Progress): Promise<boolean> {
  const reader = response.body!.getReader();
  const parser = new ServerEventParser();
  try {
    for (;;) {
      const bytes = await readWithin(reader, following.idleMsMax ?? IDLE_MS_MAX);
      following.signal.throwIfAborted();
      if (bytes === null) return false;
      for (const event of parser.push(bytes)) {
        if (event.data === '[DONE]') return true;
        progress.lastSequence = event.id;
        progress.failures = 0;
        // A kind of part that only a newer server knows changes nothing here.
        const part = StreamPart.safeParse(JSON.parse(event.data));
        if (part.success) following.onPart(part.data);
      }
    }
  } finally {
    // The connection may be broken already; there is nobody left to tell.
    reader.cancel().catch(() => undefined);
  }
}

/** The next bytes; null when the stream ended, broke, or said nothing for too long. */
async function readWithin(reader: ReadableStreamDefaultReader<Uint8Array>, limitMs: number): Promise<Uint8Array | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), limitMs);
  });
  // Browsers differ in what a broken connection throws, and it all means the same here.
  const piece = reader.read().then((chunk) => chunk.value ?? null, () => null);
  try {
    return await Promise.race([piece, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits, and ends early when the signal says so. */
function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
