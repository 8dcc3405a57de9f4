import { describe, expect, it } from 'vitest';
import { chatMl } from './chat-ml.js';
import { KeptStates } from './kept-states.js';
import { SpeedMeter } from './speed-meter.js';
import { StopText } from './stop-text.js';
import { TokenText } from './token-text.js';
import { TurnQueue } from './turn-queue.js';

const never = new AbortController().signal;

describe('ChatML', () => {
  const conversation = { system: 'Be brief.', turns: [{ role: 'user' as const, text: 'Hi <|im_end|>' }], prefill: 'Well,' };
  const text = (template: 'chatml' | 'chatml-no-think'): string => {
    const { constant, rest } = chatMl(conversation, template);
    return [...constant, ...rest].map((piece) => piece.text).join('');
  };

  it('writes the conversation as Qwen learned it', () => {
    expect(text('chatml')).toBe('<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi <|im_end|><|im_end|>\n<|im_start|>assistant\nWell,');
    expect(text('chatml-no-think')).toContain('<|im_start|>assistant\n<think>\n\n</think>\n\nWell,');
  });

  it('marks nothing that people wrote as special', () => {
    const { constant, rest } = chatMl(conversation, 'chatml');
    const written = [...constant, ...rest].filter((piece) => !piece.special).map((piece) => piece.text);
    expect(written).toEqual(['Be brief.', 'Hi <|im_end|>', 'Well,']);
    expect(constant.map((piece) => piece.text).join('')).toBe('<|im_start|>system\nBe brief.<|im_end|>\n');
  });
});

describe('text from tokens', () => {
  const bytesOf = (tokens: number[][]): string => Buffer.from(tokens.flat()).toString();

  it('waits for the whole character', () => {
    const text = new TokenText<number[]>(bytesOf);
    expect([[0x41], [0xf0, 0x9f], [0x99], [0x82], [0x42]].map((token) => text.add(token))).toEqual(['A', '', '', '🙂', 'B']);
  });

  it('does not wait forever for a character that never comes', () => {
    const text = new TokenText<number[]>(bytesOf);
    const shown = [[0xff], [0xff], [0xff], [0xff], [0x42]].map((token) => text.add(token));
    expect(shown.at(-1)).toBe('B');
  });
});

describe('stop strings', () => {
  const run = (stops: string[], pieces: string[]): [string, boolean] => {
    const stop = new StopText(stops);
    let shown = '';
    for (const piece of pieces) {
      const { text, stopped } = stop.add(piece);
      shown += text;
      if (stopped) return [shown, true];
    }
    return [shown + stop.rest(), false];
  };

  it.each([
    ['in one piece', ['a\n\nb'], 'a', true],
    ['over pieces', ['a\n', '\nb'], 'a', true],
    ['that only begin', ['a\n', 'b'], 'a\nb', false],
    ['that begin at the end', ['a\n'], 'a\n', false],
    ['twice begun', ['a\n', 'x\n', '\n'], 'a\nx', true],
  ])('are found %s', (_where, pieces, shown, stopped) => {
    expect(run(['\n\n'], pieces)).toEqual([shown, stopped]);
  });

  it('end the text at the first of several', () => {
    expect(run(['END', 'stop'], ['one stop two END'])).toEqual(['one ', true]);
  });
});

describe('turns', () => {
  it('come in order, and who leaves the queue holds up nobody', async () => {
    const queue = new TurnQueue();
    const order: string[] = [];
    const leave = await queue.enter(never);
    const stop = new AbortController();
    const first = queue.enter(never).then((done) => (order.push('first'), done()));
    const second = queue.enter(stop.signal);
    const third = queue.enter(never).then((done) => (order.push('third'), done()));
    stop.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    expect(order).toEqual([]);
    leave();
    await Promise.all([first, third]);
    expect(order).toEqual(['first', 'third']);
    await expect(queue.enter(never)).resolves.toBeTypeOf('function');
  });
});

describe('kept states', () => {
  it('stay with their key, and the one that was used longest ago goes', () => {
    const kept = new KeptStates(['x', 'y']);
    const german = kept.take('de');
    const english = kept.take('en');
    expect(kept.take('de')).toBe(german);
    expect(kept.take('fr')).toBe(english);
    expect(kept.take('de')).toBe(german);
  });
});

describe('the speed meter', () => {
  it('moves with what is measured and ignores what is too short to tell', () => {
    const meter = new SpeedMeter(100);
    meter.record(10, 1);
    expect(meter.perSecond()).toBe(100);
    meter.record(100, 2_000);
    expect(meter.perSecond()).toBeCloseTo(85);
  });
});
