import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const MAIN = new URL('../../apps/standalone/dist/main.js', import.meta.url).pathname;
const SERVING = /Kontor is at (\S+)/;
const START_MS_MAX = 120_000;
export const sleep = (durationMs) => new Promise((wake) => setTimeout(wake, durationMs));

/** Requests to a Kontor whose data lies in `data`, as its administrator or as a person. */
export async function connect(data) {
  const { baseUrl, token, pid } = JSON.parse(await readFile(join(data, 'run.json'), 'utf8'));
  const send = async (path, { body, person, method = body === undefined ? 'GET' : 'POST' } = {}) => {
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(person === undefined ? {} : { 'x-kontor-person': person }) };
    const response = await fetch(baseUrl + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const json = async (path, options) => (await send(path, options)).json();
  return { baseUrl, pid, send, json, ask: (person, question, corpus, hear) => ask({ send, json }, person, question, corpus, hear), importFolder: (request) => importFolder(json, request) };
}

/** Asks in a new conversation; `hear` gets the conversation's id and each part of the stream as it comes. */
async function ask({ send, json }, person, question, corpus, hear = () => {}) {
  const { id } = await json('/api/conversations', { body: { corpus }, person });
  const startedMs = performance.now();
  const response = await send(`/api/conversations/${id}/messages`, { body: { question }, person });
  let pending = '';
  let firstMs = null;
  const decoder = new TextDecoder();
  for await (const bytes of response.body) {
    pending += decoder.decode(bytes, { stream: true });
    const blocks = pending.split('\n\n');
    pending = blocks.pop();
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data === undefined || data === '[DONE]') continue;
      const part = JSON.parse(data);
      if (part.type === 'text-delta') firstMs ??= performance.now() - startedMs;
      hear(id, part);
    }
  }
  return { conversationId: id, firstMs, totalMs: performance.now() - startedMs };
}

/** Starts an import; the result waits for its end and gives what the import says of itself. */
async function importFolder(json, request) {
  const { runId } = await json('/api/admin/imports', { body: request });
  const progress = () => json(`/api/admin/imports/${runId}`);
  const finished = async (limitMs = 3_600_000) => {
    for (const startedMs = performance.now(); performance.now() - startedMs < limitMs; await sleep(250)) {
      const now = await progress();
      if (now.state === 'finished' || now.state === 'failed') return now;
    }
    throw new Error(`the import has not ended after ${limitMs / 1_000} s: ${JSON.stringify(await progress())}`);
  };
  return { runId, progress, finished };
}

/** Starts a Kontor of its own process on `data`; resolves when it serves. Its models may still be loading. */
export async function startKontor({ data, chatModel, env = {}, execArgv = [] }) {
  const all = { ...process.env, KONTOR_DATA: data, KONTOR_PORT: '0', KONTOR_LOG_LEVEL: 'error', ...(chatModel ? { KONTOR_CHAT_MODEL: chatModel } : {}), ...env };
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...execArgv, MAIN], { env: all, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output = (output + bytes).slice(-20_000)));
  while (!SERVING.test(output)) {
    if (child.exitCode !== null || performance.now() - startedMs > START_MS_MAX) throw new Error(`Kontor did not serve; it said:\n${output}`);
    await sleep(20);
  }
  const kontor = await connect(data);
  const end = async (signal) => {
    child.kill(signal);
    await exited;
  };
  /** Resolves when no model is loading any more. */
  const modelsReady = async () => {
    while ((await kontor.json('/api/session')).capabilities.some(({ state }) => /^(waiting|fetching|loading)$/.test(state))) await sleep(100);
  };
  return { ...kontor, pid: child.pid, servedMs: performance.now() - startedMs, modelsReady, output: () => output, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

/** This process and all below it, with their names. */
export function processTree(root) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      return [{ pid: Number(pid), parent: Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) }];
    } catch {
      return []; // It ended meanwhile.
    }
  });
  const below = (pid) => [pid, ...all.filter(({ parent }) => parent === pid).flatMap((child) => below(child.pid))];
  return below(root);
}
