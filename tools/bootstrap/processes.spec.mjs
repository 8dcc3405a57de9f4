import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from './processes.mjs';

const module = new URL('./processes.mjs', import.meta.url).href;
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kontor-processes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that hands over to `script`; resolves with its exit code once it ended. */
function handingOver(script) {
  const code = `import { handOver } from '${module}'; process.exitCode = await handOver(process.execPath, ['-e', ${JSON.stringify(script)}]);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('exit', (exitCode, signal) => resolve(exitCode ?? signal)));
  const spoken = new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
  return { child, ended, spoken };
}

describe('handing over', () => {
  it('passes the exit code on', async () => {
    expect(await handingOver('process.exit(7)').ended).toBe(7);
  });

  it.each(['SIGTERM', 'SIGINT'])('passes %s on and waits for the end', async (signal) => {
    const { child, ended, spoken } = handingOver(`setInterval(() => {}, 1000); process.on('${signal}', () => process.exit(5)); console.log('ready');`);
    await spoken;
    child.kill(signal);
    expect(await ended).toBe(5);
  });

  it('gives 128 + n for a command that signal n ended', async () => {
    expect(await handingOver("process.kill(process.pid, 'SIGKILL')").ended).toBe(137);
  });
});

describe('running a step', () => {
  const log = () => join(folder, 'step.log');

  it('keeps all output in the log and returns it', async () => {
    const result = await run(process.execPath, ['-e', 'console.log("out"); console.error("err"); process.exit(3)'], { log: log() });
    expect(result).toMatchObject({ code: 3, output: expect.stringContaining('out') });
    expect(readFileSync(log(), 'utf8')).toContain('err');
  });

  it('fails for a command that does not exist', async () => {
    expect(await run(join(folder, 'nothing'), [], { log: log() })).toMatchObject({ code: 127 });
  });

  it('ends a command after its time, with all that it started', async () => {
    const mark = join(folder, 'mark');
    const grandchild = `setTimeout(() => require('node:fs').writeFileSync(${JSON.stringify(mark)}, ''), 700)`;
    const script = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}]); setInterval(() => {}, 1000);`;
    expect(await run(process.execPath, ['-e', script], { log: log(), timeoutMs: 300 })).toMatchObject({ code: null, signal: 'SIGKILL', timedOut: true });
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(existsSync(mark)).toBe(false);
  });
});
