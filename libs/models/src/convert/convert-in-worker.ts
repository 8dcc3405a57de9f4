import { Worker } from 'node:worker_threads';

/** Converts in a thread of its own: seconds of arithmetic, during which the process keeps answering. */
export async function convertInWorker(input: string, output: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./convert-worker.js', import.meta.url), { workerData: { input, output } });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', (code) => (code === 0 ? resolve() : reject(signal.reason ?? new Error(`the converter ended with ${code}`))));
    });
    return output;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
