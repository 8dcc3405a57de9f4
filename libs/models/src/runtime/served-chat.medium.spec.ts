import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '@kontor/config';
import { createLogger } from '@kontor/observability';
import type { ChatModel } from '../chat/chat-model.js';
import { type ChatServer, startScriptedChat } from '../testing/index.js';
import { ModelRuntime } from './model-runtime.js';
import { openModelStore } from './open-model-store.js';
import { ServedChat } from './served-chat.js';
import type { Slot } from './slot.js';

const logger = createLogger({ name: 'spec', level: 'silent', text: false });
const pace = { retryMs: 20, checkMs: 40 };
let server: ChatServer;
beforeEach(async () => void (server = await startScriptedChat({ model: 'qwen3', key: 'sk-4711' })));
afterEach(() => server.close());

const configFor = (url: string, more: Record<string, string> = {}) => loadConfig({ KONTOR_CHAT_URL: url, KONTOR_CHAT_KEY: 'sk-4711', KONTOR_CHAT_PARALLEL: '6', ...more });

async function until(happened: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !happened(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(happened()).toBe(true);
}

it('is the chat model of the process, without a model on the disk', async () => {
  const config = configFor(server.url, { KONTOR_HOME: '/nowhere', KONTOR_MODEL_PULL: 'on' });
  const runtime = new ModelRuntime(openModelStore(config), config, logger);
  expect(runtime.chatParallelMax).toBe(6);
  await runtime.startChat();
  expect(runtime.chatModel()).toMatchObject({ model: 'qwen3', parallelMax: 6, judges: true });
  expect(runtime.capabilities()[0]).toEqual({ name: 'chat', model: 'qwen3', ready: true, state: 'ready', mend: null, parallel: 6 });
  await runtime.close();
  await expect(runtime.chatModel()!.choose({ system: '', turns: [], cacheKey: 'x', choices: [] }, new AbortController().signal)).rejects.toMatchObject({ code: 'chat.closed' });
});

it('says what is wrong with a server that does not answer, without address and key', async () => {
  const config = configFor(server.url, { KONTOR_CHAT_MODEL: 'qwen3' });
  await server.close();
  const runtime = new ModelRuntime(openModelStore(config), config, logger);
  await runtime.startChat();
  expect(runtime.chatModel()).toBeNull();
  const [chat] = runtime.capabilities();
  expect(chat).toMatchObject({ model: 'qwen3', ready: false, mend: null });
  expect(chat!.state).toMatch(/cannot be reached/);
  expect(JSON.stringify(chat)).not.toMatch(/4711|127\.0\.0\.1/);
  await runtime.close();
});

it('runs one answer at a time where the model is in this process', () => {
  const config = loadConfig({});
  expect(new ModelRuntime(openModelStore(config), config, logger).chatParallelMax).toBe(1);
});

it('follows a server that comes, goes and comes again', async () => {
  const slot: Slot<ChatModel> = { name: null, model: null, state: 'waiting' };
  const port = Number(new URL(server.url).port);
  await server.close();
  const stop = new AbortController();
  const served = new ServedChat(slot, configFor(`http://127.0.0.1:${port}`), logger, pace);
  const { followed } = await served.start(stop.signal);
  expect(slot.model).toBeNull();
  server = await startScriptedChat({ port, model: 'qwen3', key: 'sk-4711' });
  await until(() => slot.model !== null);
  expect(slot).toMatchObject({ name: 'qwen3', state: 'ready' });
  await server.close();
  await until(() => slot.model === null);
  expect(slot.state).toMatch(/cannot be reached/);
  server = await startScriptedChat({ port, model: 'qwen3', key: 'sk-4711' });
  await until(() => slot.model !== null);
  stop.abort();
  await followed;
  await served.close();
});
