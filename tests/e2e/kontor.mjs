import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { eventsOf } from '../cluster/events.mjs';

export { kontorCommand } from '../cluster/command.mjs';

const MAIN = new URL('../../apps/standalone/dist/main.js', import.meta.url).pathname;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

// Seconds on a machine of its own; the limits are for one that is busy with other things.
const START_MS_MAX = 240_000;
const IMPORT_MS_MAX = 400_000;

/** Starts Kontor as `npm start` does, on an empty store, with the smallest chat model; resolves when the samples are in. */
export async function startKontor() {
  const data = await mkdtemp(join(tmpdir(), 'kontor-e2e-'));
  const env = { ...process.env, KONTOR_DATA: data, KONTOR_PORT: '0', KONTOR_CHAT_MODEL: 'qwen2.5-coder-0.5b-instruct', KONTOR_LOG_LEVEL: 'warn' };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += bytes));
  const fail = (what) => new Error(`${what}; Kontor said:\n${output}`);
  const stop = async () => {
    const ended = child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : null;
    child.kill('SIGTERM');
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  try {
    await until(() => /Kontor is at (\S+)/.test(output) || child.exitCode !== null, START_MS_MAX, () => fail('Kontor did not serve'));
    if (child.exitCode !== null) throw fail('Kontor ended');
    const { baseUrl, token } = JSON.parse(await readFile(join(data, 'run.json'), 'utf8'));
    const api = (path, init = {}, person) =>
      fetch(baseUrl + path, { ...init, headers: { authorization: `Bearer ${token}`, ...(init.body ? { 'content-type': 'application/json' } : {}), ...(person ? { 'x-kontor-person': person } : {}), ...init.headers } });
    const imported = async () => (await (await api('/api/admin/imports')).json())[0]?.state === 'finished';
    await until(imported, IMPORT_MS_MAX, () => fail('the samples were not imported'));
    return { baseUrl, api, data, main: MAIN, pid: child.pid, authorization: `Bearer ${token}`, stop };
  } catch (thrown) {
    // Otherwise it would run on after the test that nobody could use it for.
    await stop();
    throw thrown;
  }
}

export async function openBrowser() {
  const executablePath = process.env.CHROMIUM_PATH ?? CHROMIUM.find((path) => existsSync(path));
  if (!executablePath) throw new Error('Chromium was not found; install the package chromium or name it in CHROMIUM_PATH.');
  const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath, headless: true, args: quiet });
}

export async function until(test, limitMs, error) {
  const deadlineMs = Date.now() + limitMs;
  while (!(await test())) {
    if (Date.now() > deadlineMs) throw error();
    await new Promise((wake) => setTimeout(wake, 250));
  }
}

/** Reads server-sent events until `enough` says so. */
export async function readEvents(response, enough = () => false) {
  const events = [];
  for await (const event of eventsOf(response)) {
    events.push(event);
    if (enough(events)) break;
  }
  return events;
}
