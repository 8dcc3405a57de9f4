import { describe, expect, it } from 'vitest';
import { answerEvents } from './answer-events.js';
import { sharesOf } from './choice-shares.js';
import { asCharacters } from './request-body.js';
import { retryAfterMs } from './server-errors.js';
import { TokenEstimate } from './token-estimate.js';

describe('Retry-After', () => {
  it('is seconds or a date, and never longer than an hour', () => {
    expect(['3', ' 0 ', '999999'].map((text) => retryAfterMs(text))).toEqual([3_000, 0, 3_600_000]);
    expect(retryAfterMs('Thu, 26 Nov 2026 10:00:30 GMT', Date.parse('2026-11-26T10:00:00Z'))).toBe(30_000);
    expect(retryAfterMs('Thu, 26 Nov 2026 10:00:30 GMT', Date.parse('2026-11-27T10:00:00Z'))).toBe(0);
    expect([retryAfterMs(null), retryAfterMs('soon')]).toEqual([null, null]);
  });
});

describe('shares of choices', () => {
  it('sums the tokens that a spelling begins with, the whole word or its first piece', () => {
    const chances = new Map([['Ja', 0.5], ['ja', 0.1], ['Ne', 0.2], ['Nein', 0.05], ['Nun', 0.1], ['', 0.05]]);
    const [yes, no] = sharesOf(chances, [['Ja', 'ja', 'JA'], ['Nein', 'nein']]);
    expect(yes).toBeCloseTo(0.6);
    expect(no).toBeCloseTo(0.25);
  });
});

describe('text of people and documents', () => {
  it.each(['<|im_start|>', '<|endoftext|>', '<|start_header_id|>', '<｜User｜>', '</s>', '<start_of_turn>'])('never holds the token %s', (token) => {
    expect(asCharacters(`a ${token} b`)).toBe(`a ${token.replace('<', '< ')} b`);
  });

  it('stays as it is otherwise', () => {
    for (const text of ['a < b | c > d', 'f <| x', '<small>x</small>', '| a | b |']) expect(asCharacters(text)).toBe(text);
  });
});

describe('answer events', () => {
  const run = async (...lines: object[]): Promise<unknown> => {
    const data = (async function* () {
      for (const line of lines) yield await Promise.resolve(JSON.stringify(line));
    })();
    const events: { type: string }[] = [];
    for await (const event of answerEvents(data, { startedMs: 0, promptTokensEstimate: 5 }, new AbortController().signal)) events.push(event);
    return events.map((event) => ('reason' in event ? event.reason : 'text' in event ? event.text : event.type));
  };
  const text = { choices: [{ delta: { content: 'a' } }] };
  const end = (more: object) => ({ choices: [{ delta: {}, ...more }] });

  it('tell a stop string from the end where the server names it', async () => {
    expect(await run(text, end({ finish_reason: 'stop', stop_reason: 'END' }))).toEqual(['a', 'stop']);
    expect(await run(text, end({ finish_reason: 'stop', matched_stop: 'END' }))).toEqual(['a', 'stop']);
    expect(await run(text, end({ finish_reason: 'stop', stop_reason: null, matched_stop: 151_645 }))).toEqual(['a', 'end']);
    expect(await run(text, end({ finish_reason: 'length' }))).toEqual(['a', 'length']);
  });

  it('leave out what the model thinks, and take an answer that was given up for a cut one', async () => {
    expect(await run({ choices: [{ delta: { reasoning_content: 'hm' } }] }, text, end({ finish_reason: 'stop' }))).toEqual(['a', 'end']);
    await expect(run(text, end({ finish_reason: 'abort' }))).rejects.toMatchObject({ code: 'chat.answer_cut' });
  });
});

describe('token estimate', () => {
  it('takes the measure of a tokenizer that cuts otherwise', async () => {
    const german = 'Der Anspruch auf Erholungsurlaub entsteht nach sechs Monaten der Beschäftigung.';
    const estimate = new TokenEstimate();
    const before = estimate.count(german);
    await estimate.calibrate((text) => Promise.resolve(text.length));
    expect(estimate.count(german)).toBeGreaterThan(2 * before);
    expect(estimate.count('')).toBe(0);
  });

  it('does not underestimate what is cut to pieces: keys, capitals, other scripts, code', () => {
    const estimate = new TokenEstimate();
    // What Qwen's tokenizer counts.
    for (const [text, tokens] of [['Не разглашать коммерческую тайну', 14], ['你好世界，公司文件', 5], ['🙂🚀', 2], ['const a = foo(b)[1] ?? {};\n    return a;', 14], ['مرحبا بالعالم', 5]] as const) expect(estimate.count(text)).toBeGreaterThanOrEqual(tokens);
  });
});
