import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { AppError } from '@kontor/kernel';
import { storeError } from '../errors.js';
import { LivingThread } from './living-thread.js';
import { PgliteEngine } from './pglite-engine.js';
import { PgliteThread } from './pglite-thread.js';
import type { ThreadSettings } from './store.js';

/** Compiling takes most of a start; both threads share the result. */
export async function compileEngine(): Promise<WebAssembly.Module> {
  // V8 ends the process now and then when it frees code that it has compiled better since (nodejs/node#64500). Kept, the
  // engine takes no more memory than it did.
  setFlagsFromString('--no-wasm-code-gc');
  return WebAssembly.compile(await readFile(new URL('./pglite.wasm', import.meta.resolve('@electric-sql/pglite'))));
}

/** How the store is run, as against its queue. */
export const storeSettings = (module: WebAssembly.Module): ThreadSettings => ({ module, extensions: ['vector'], parameters: [] });

/** An engine on a store's files as they are; the caller holds the folder's lock. */
export async function openEngine(path: string): Promise<PgliteEngine> {
  const settings = { ...storeSettings(await compileEngine()), directory: path };
  const start = (): Promise<PgliteThread> => PgliteThread.start(settings);
  const thread = await start().catch((cause: unknown) => {
    throw new AppError('store.unreadable', { message: `The database in ${path} does not open. Start Kontor once, which restores its newest snapshot, and begin again.`, details: { path }, cause: storeError(cause) });
  });
  return new PgliteEngine(new LivingThread(thread, path, start));
}
