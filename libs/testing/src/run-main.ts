import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A `main` in a process of its own, with a home and a store that nothing else uses and no source of models. */
export interface RunningMain {
  child: ChildProcess;
  directory: string;
  /** What it has written so far, both channels together. */
  output(): string;
  /** Waits until it has written something that fits. */
  said(what: RegExp): Promise<RegExpExecArray>;
  /** Its exit code, once it has ended. */
  ended: Promise<number | null>;
  close(): Promise<void>;
}

const WAIT_MS_MAX = 60_000;

/** Starts the compiled file, for example `new URL('./main.js', import.meta.url)` of a spec beside it. */
export async function runMain(file: URL, variables: Record<string, string> = {}): Promise<RunningMain> {
  const directory = await mkdtemp(join(tmpdir(), 'kontor-main-'));
  const environment = { KONTOR_HOME: directory, KONTOR_DATA: join(directory, 'data'), KONTOR_PORT: '0', KONTOR_MODEL_SOURCES: 'local', KONTOR_LEAVE_MS: '0', ...variables };
  const child = spawn(process.execPath, [fileURLToPath(file)], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const channel of [child.stdout, child.stderr]) channel.on('data', (bytes: Buffer) => (text += bytes.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child, directory, ended,
    output: () => text,
    async said(what) {
      for (const startedMs = Date.now(); ; ) {
        const found = what.exec(text);
        if (found) return found;
        if (child.exitCode !== null || Date.now() - startedMs > WAIT_MS_MAX) throw new Error(`it never said ${String(what)}, but: ${text}`);
        await new Promise((wake) => setTimeout(wake, 50));
      }
    },
    async close() {
      child.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
