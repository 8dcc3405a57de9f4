import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatEvent, ChatModel, ChatRequest } from '../chat/chat-model.js';
import type { SuiteOptions } from './describe-embedder.js';

const SYSTEM = 'You repeat what you are told, word for word, and add nothing. Never explain, never translate, never comment.';
const never = new AbortController().signal;

function request(text: string, more: Partial<ChatRequest> = {}): ChatRequest {
  return { system: SYSTEM, turns: [{ role: 'user', text }], tokensMax: 24, temperature: 0, cacheKey: 'suite', ...more };
}

interface Answer {
  text: string;
  pieces: number;
  finish: Extract<ChatEvent, { type: 'finish' }>;
}

async function collect(events: AsyncIterable<ChatEvent>): Promise<Answer> {
  let text = '';
  let pieces = 0;
  for await (const event of events) {
    if (event.type === 'finish') return { text, pieces, finish: event };
    text += event.text;
    pieces += 1;
  }
  throw new Error('the events ended without a finish');
}

const COUNTING = 'one two three four five six seven eight nine ten eleven twelve';

/** What every chat model keeps. `make` opens one; the suite closes it. What it says is not judged, only how. */
export function describeChatModel(name: string, make: () => ChatModel | Promise<ChatModel>, { needs }: SuiteOptions = {}): void {
  describe.skipIf(needs !== undefined)(`chat model: ${name}${needs === undefined ? '' : ` (skipped: ${needs})`}`, () => {
    let model: ChatModel;
    beforeAll(async () => void (model = await make()));
    afterAll(() => model.close());

    it('answers in pieces and says how it ended and what it cost', async () => {
      const { text, pieces, finish } = await collect(model.generate(request(COUNTING), never));
      expect(text.trim()).not.toBe('');
      expect(pieces).toBeGreaterThan(1);
      expect(finish.usage.answerTokens).toBeGreaterThanOrEqual(pieces);
      expect(finish.usage.promptTokens).toBeGreaterThan(model.countTokens(SYSTEM));
    });

    it('gives the same answer to the same request at temperature 0, with the kept state or without it', async () => {
      const first = await collect(model.generate(request(COUNTING, { cacheKey: 'same' }), never));
      const kept = await collect(model.generate(request(COUNTING, { cacheKey: 'same' }), never));
      expect(kept.text).toBe(first.text);
      expect(kept.finish.usage.cachedTokens).toBe(first.finish.usage.promptTokens - 1);
    });

    it('keeps the constant beginning, so that only the new question is read', async () => {
      await collect(model.generate(request('red', { cacheKey: 'kept', tokensMax: 2 }), never));
      const { finish } = await collect(model.generate(request('green', { cacheKey: 'kept', tokensMax: 2 }), never));
      expect(finish.usage.cachedTokens).toBeGreaterThanOrEqual(model.countTokens(SYSTEM));
      expect(finish.usage.cachedTokens).toBeLessThan(finish.usage.promptTokens);
    });

    it('ends at the token limit with the reason length', async () => {
      const { finish } = await collect(model.generate(request(COUNTING, { tokensMax: 3 }), never));
      expect(finish).toMatchObject({ reason: 'length', usage: { answerTokens: 3 } });
    });

    it('ends before a stop string, which is not shown', async () => {
      const whole = await collect(model.generate(request(COUNTING), never));
      const middle = whole.text.slice(Math.floor(whole.text.length / 3), Math.floor(whole.text.length / 3) + 3);
      const { text, finish } = await collect(model.generate(request(COUNTING, { stop: [middle] }), never));
      expect(finish.reason).toBe('stop');
      expect(text).toBe(whole.text.slice(0, whole.text.indexOf(middle)));
    });

    it('stops within a token when it is aborted, and serves the next request', async () => {
      const stop = new AbortController();
      let pieces = 0;
      const run = async (): Promise<void> => {
        for await (const event of model.generate(request(COUNTING), stop.signal)) {
          if (event.type === 'text') pieces += 1;
          stop.abort(new Error('the reader left'));
        }
      };
      await expect(run()).rejects.toThrow('the reader left');
      expect(pieces).toBe(1);
      await expect(collect(model.generate(request('next'), never))).resolves.toBeDefined();
    });

    it('frees the model when the consumer just stops listening', async () => {
      for await (const event of model.generate(request(COUNTING), never)) if (event.type === 'text') break;
      await expect(collect(model.generate(request('next'), never))).resolves.toBeDefined();
    });

    it('lets one who waits for its turn leave at once', async () => {
      const running = collect(model.generate(request(COUNTING), never));
      const stop = new AbortController();
      const waiting = collect(model.generate(request('later'), stop.signal));
      stop.abort(new Error('no longer needed'));
      await expect(waiting).rejects.toThrow('no longer needed');
      await running;
    });

    it('refuses a prompt that does not fit, with a code', async () => {
      const long = 'word '.repeat(model.contextTokensMax);
      await expect(collect(model.generate(request(long), never))).rejects.toMatchObject({ code: 'chat.prompt_too_long' });
    });

    it('weighs choices without writing, and what follows begins where it ended', async () => {
      const turns = [{ role: 'user' as const, text: `${COUNTING}\n\nYes or no?` }];
      const shares = await model.choose({ system: SYSTEM, turns, cacheKey: 'choice', choices: [['Yes', 'yes'], ['No', 'no']] }, never);
      expect(shares).toHaveLength(2);
      for (const share of shares) expect(share).toBeGreaterThan(0);
      expect(shares[0]! + shares[1]!).toBeLessThanOrEqual(1.001);
      const { finish } = await collect(model.generate(request(`${COUNTING}\n\nRepeat it.`, { cacheKey: 'choice', tokensMax: 2 }), never));
      expect(finish.usage.cachedTokens).toBeGreaterThanOrEqual(model.countTokens(SYSTEM) + model.countTokens(COUNTING));
    });

    it('refuses to weigh a prompt that does not fit, and one that was aborted', async () => {
      const choices = [['Yes'], ['No']];
      const long = [{ role: 'user' as const, text: 'word '.repeat(model.contextTokensMax) }];
      await expect(model.choose({ system: SYSTEM, turns: long, cacheKey: 'choice', choices }, never)).rejects.toMatchObject({ code: 'chat.prompt_too_long' });
      const turns = [{ role: 'user' as const, text: 'Yes or no?' }];
      await expect(model.choose({ system: SYSTEM, turns, cacheKey: 'choice', choices }, AbortSignal.abort(new Error('the reader left')))).rejects.toThrow('the reader left');
    });

    it('knows its speed and counts tokens', () => {
      expect(model.promptTokensPerSecond()).toBeGreaterThan(0);
      expect(model.countTokens('')).toBe(0);
      expect(model.countTokens(COUNTING)).toBeGreaterThanOrEqual(12);
    });
  });
}
