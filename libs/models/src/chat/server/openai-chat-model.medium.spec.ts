import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChatServer, describeChatModel, realModel, ScriptedChatModel } from '../../testing/index.js';
import type { ChatRequest, ChoiceRequest } from '../chat-model.js';
import { LlamaChatModel } from '../llama-chat-model.js';
import { OpenAiChatModel } from './openai-chat-model.js';

const real = await realModel('qwen2.5-coder-0.5b-instruct');
const never = new AbortController().signal;

describe.skipIf(real.needs !== undefined)('a server with a real Qwen', { timeout: 120_000 }, () => {
  let llama: LlamaChatModel;
  let server: ChatServer;
  let served: OpenAiChatModel;

  const connect = () => OpenAiChatModel.connect({ url: server.url, contextTokens: 1, parallelMax: 2 }, never);
  beforeAll(async () => {
    if (real.needs !== undefined) return;
    llama = await LlamaChatModel.load({ model: real.entry.name, path: join(real.folder, real.entry.files[0]!.name), template: 'chatml', contextTokens: 1_024, threads: 1 });
    server = await ChatServer.start({ model: llama, likeliest: (request, count, signal) => llama.likeliest(request, count, signal) });
    served = await connect();
  });
  afterAll(async () => {
    await served?.close();
    await server?.close();
    await llama?.close();
  });

  describeChatModel('OpenAI-compatible server, Qwen2.5-Coder-0.5B', connect, real);

  it('knows what the server told: its model, its context, and that it judges', () => {
    expect(served).toMatchObject({ model: 'qwen2.5-coder-0.5b-instruct', contextTokensMax: 1_024, judges: true, parallelMax: 2 });
  });

  it('gives the shares that the model itself gives', async () => {
    const turns = [{ role: 'user' as const, text: 'Is the sky blue? Reply only Yes or No.' }];
    const request: ChoiceRequest = { system: 'You answer.', turns, cacheKey: 'shares', choices: [['Yes', 'yes', 'YES'], ['No', 'no', 'NO']] };
    const [direct, overHttp] = [await llama.choose(request, never), await served.choose(request, never)];
    for (const [i, share] of overHttp.entries()) expect(share).toBeCloseTo(direct[i]!, 2);
    expect(overHttp[0]! + overHttp[1]!).toBeGreaterThan(0.5);
  });

  it('continues the words that it was given, without repeating them', async () => {
    const request: ChatRequest = { system: '', turns: [{ role: 'user', text: 'What is the capital of France?' }], prefill: 'The capital of France is', tokensMax: 8, temperature: 0, cacheKey: 'x' };
    let text = '';
    for await (const event of served.generate(request, never)) if (event.type === 'text') text += event.text;
    expect(text).toMatch(/^\s*Paris/);
  });

  it('estimates tokens near to what the tokenizer counts', () => {
    const texts = [
      'Überstunden werden innerhalb von drei Monaten durch Freizeit ausgeglichen; eine Auszahlung ist nur mit Zustimmung der Abteilungsleitung möglich.',
      'Travel expenses are reimbursed within ten working days after the receipts were handed in; without a receipt the flat rate for the country counts.',
      '| Code | Ursache | Abhilfe |\n| --- | --- | --- |\n| E05 | Sensor meldet 0,0 V | Stecker X12 prüfen |',
    ];
    for (const text of texts) {
      expect(served.countTokens(text) / llama.countTokens(text)).toBeGreaterThan(0.85);
      expect(served.countTokens(text) / llama.countTokens(text)).toBeLessThan(1.4);
    }
  });
});

// Cut as finely as real tokenizers do, so that the estimate has something to estimate.
const tokenise = (text: string): string[] => text.match(/\s*[\p{L}\p{N}]{1,8}|\s*[^\s\p{L}\p{N}]|\s+$/gu) ?? [];

describe('a server with a scripted model', () => {
  let server: ChatServer;
  beforeAll(async () => {
    const model = new ScriptedChatModel({ tokenise });
    server = await ChatServer.start({ model, likeliest: () => Promise.resolve([{ text: 'Yes', chance: 0.6 }, { text: 'No', chance: 0.3 }]) });
  });
  afterAll(() => server.close());

  describeChatModel('OpenAI-compatible server, scripted', () => OpenAiChatModel.connect({ url: server.url, contextTokens: 1, parallelMax: 1 }, never));
});
