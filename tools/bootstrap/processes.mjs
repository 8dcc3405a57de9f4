import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const OUTPUT_CHARS_MAX = 200_000;

/** Where the full output of a step goes: into the checkout, or into the temporary folder if that is read-only. */
export function logPath(root, name) {
  for (const folder of [join(root, '.kontor', 'log'), join(tmpdir(), `kontor-log-${process.getuid?.() ?? 'user'}`)]) {
    try {
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `${name}.log`);
      writeFileSync(path, '');
      return path;
    } catch {
      continue;
    }
  }
  return '';
}

/**
 * Runs a command to its end, at most `timeoutMs`. What it prints goes to the log; the last part is returned for
 * explaining a failure.
 */
export function run(command, args, { cwd, env, log, timeoutMs = 0 }) {
  return new Promise((resolve) => {
    const file = createWriteStream(log, { flags: 'a' }).on('error', () => {});
    file.write(`$ ${[command, ...args].join(' ')}\n`);
    let output = '';
    const keep = (piece) => {
      file.write(piece);
      output = (output + piece).slice(-OUTPUT_CHARS_MAX);
    };
    // In a process group of its own, so that ending it ends what it started too.
    const windows = process.platform === 'win32';
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], shell: windows, detached: !windows });
    let interrupted;
    const release = passSignals((signal) => {
      interrupted = signal;
      endGroup(child, signal);
    });
    let timedOut = false;
    const giveUp = () => {
      timedOut = true;
      endGroup(child, 'SIGKILL');
    };
    const limit = timeoutMs > 0 ? setTimeout(giveUp, timeoutMs) : undefined;
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const end = (code, signal) => {
      release();
      clearTimeout(limit);
      // The person wants all of it to end, not only this command.
      if (interrupted) process.exit(128 + constants.signals[interrupted]);
      file.end(() => resolve({ code, signal, timedOut, output }));
    };
    child.on('error', (error) => {
      keep(`${error.message}\n`);
      end(127, null);
    });
    child.on('close', end);
  });
}

/** Gives the terminal to a command and resolves with its exit code, 128 + n where signal n ended it, as a shell does. */
export function handOver(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    // A terminal sends Ctrl-C to the whole group, so the child has it already; passing it on would look like a second,
    // impatient one.
    const release = passSignals((signal) => {
      const fromTerminal = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT');
      if (!fromTerminal) child.kill(signal);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      release();
      resolve(signal ? 128 + constants.signals[signal] : code);
    });
  });
}

function passSignals(pass) {
  const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'].map((signal) => [signal, () => pass(signal)]);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => listeners.forEach(([signal, listener]) => process.off(signal, listener));
}

function endGroup(child, signal) {
  try {
    if (child.pid) process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch {
    // It ended by itself in this moment.
  }
}
