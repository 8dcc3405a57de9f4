import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '@kontor/config';
import { openModelStore } from '@kontor/models';
import { modelAdmin } from './model-admin.js';

const [CHAT, EMBEDDER] = ['qwen2.5-coder-0.5b-instruct', 'multilingual-e5-small-int8'];

it('records a choice, unless a variable counts more, which it names', async () => {
  const home = await mkdtemp(join(tmpdir(), 'kontor-models-'));
  const admin = (variables: Record<string, string>) => {
    const config = loadConfig({ KONTOR_HOME: home, ...variables });
    return modelAdmin(openModelStore(config), config);
  };
  for (const [variables, name, variable] of [
    [{ KONTOR_CHAT_MODEL: 'other' }, CHAT, 'KONTOR_CHAT_MODEL'],
    [{ KONTOR_CHAT_URL: 'http://127.0.0.1:8000', KONTOR_CHAT_MODEL: 'other' }, CHAT, 'KONTOR_CHAT_URL'],
    [{ KONTOR_EMBEDDER: 'other' }, EMBEDDER, 'KONTOR_EMBEDDER'],
  ] as const) {
    await expect(admin(variables).use(name)).rejects.toMatchObject({ code: 'model.set_by_variable', status: 409, message: expect.stringContaining(variable) as string });
  }
  expect(await admin({ KONTOR_EMBEDDER: 'other' }).use(CHAT)).toBe('chat');
  expect((await admin({}).list()).filter(({ active }) => active).map(({ name }) => name)).toEqual([CHAT]);
  await rm(home, { recursive: true });
});
