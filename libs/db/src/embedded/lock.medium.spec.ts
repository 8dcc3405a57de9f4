import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { acquireLock, beginOf } from './lock.js';

const folder = (): string => mkdtempSync(join(tmpdir(), 'kontor-lock-'));

/** Another process that takes the lock and keeps it until it is killed. */
async function holder(directory: string) {
  const code = `import(${JSON.stringify(new URL('./lock.js', import.meta.url).href)}).then(({ acquireLock }) => { acquireLock(${JSON.stringify(directory)}); process.send('held'); setInterval(() => {}, 1000); })`;
  const child = fork('--input-type=module', [], { execArgv: ['--input-type=module', '-e', code], stdio: 'ignore' });
  await once(child, 'message');
  return child;
}

it('names the living process that holds the store, and what to do', async () => {
  const directory = folder();
  const child = await holder(directory);
  try {
    expect(() => acquireLock(directory)).toThrowError(expect.objectContaining({ code: 'store.in_use', details: { directory, pid: child.pid } }));
    expect(() => acquireLock(directory)).toThrowError(/KONTOR_DATA/);
  } finally {
    child.kill('SIGKILL');
  }
});

it('is free as soon as its process was killed', async () => {
  const directory = folder();
  const child = await holder(directory);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  acquireLock(directory).release();
});

it('is not held by another process that got the same number later', () => {
  const directory = folder();
  writeFileSync(join(directory, 'store.lock'), JSON.stringify({ pid: process.pid, began: 'before the last start of the machine' }));
  const lock = acquireLock(directory);
  expect(JSON.parse(readFileSync(join(directory, 'store.lock'), 'utf8'))).toEqual({ pid: process.pid, began: beginOf(process.pid) });
  lock.release();
});

it('is not held by half a file that a killed process left', () => {
  const directory = folder();
  writeFileSync(join(directory, 'store.lock'), '{"pid":');
  acquireLock(directory).release();
});

it('is held by this process as by any other, and leaves nothing when released', () => {
  const directory = folder();
  const lock = acquireLock(directory);
  expect(() => acquireLock(directory)).toThrowError(expect.objectContaining({ code: 'store.in_use' }));
  lock.release();
  expect(readdirSync(directory)).toEqual([]);
  acquireLock(directory).release();
});
