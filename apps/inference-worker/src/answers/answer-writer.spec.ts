import { describe, expect, it } from 'vitest';
import type { StreamPart } from '@kontor/contracts';
import type { SourceText } from '@kontor/db';
import { ScriptedChatModel, type ScriptedChatOptions } from '@kontor/models/testing';
import { MemoryTokenStream } from '@kontor/queue';
import { AnswerStream } from './answer-stream.js';
import { AnswerWriter, type Draft } from './answer-writer.js';
import { Citations } from './citations.js';
import { gatherEvidence } from './evidence.js';

const LEAVE = 'Every employee has 30 days of leave in a year. Requests for leave go to the team lead in the portal. The canteen opens at noon.';
const source: SourceText = { ordinal: 1, documentId: 'd', corpus: 'c', path: 'leave.md', title: 'Leave', headingPath: [], page: null, start: 100, end: 100 + LEAVE.length, score: 1, text: LEAVE };
const limits = { firstWordMs: 12_000, answerTokensMax: 200 };
const [SAYS_YES, SAYS_NO] = [() => [0.95, 0.05], () => [0.05, 0.95]];

interface Written extends Draft {
  parts: StreamPart[];
  citations: Citations;
}

async function write(script: ScriptedChatOptions | null, more: { lexical?: number; question?: string; stop?: AbortController; stopAtFirstWord?: boolean; found?: SourceText[] } = {}): Promise<Written> {
  const memory = new MemoryTokenStream();
  const append = memory.append.bind(memory);
  memory.append = (id, part) => {
    if (more.stopAtFirstWord && (part as StreamPart).type === 'text-delta') stop.abort(new Error('stopped'));
    return append(id, part);
  };
  const { lexical = 1.3, question = 'How many days of leave do I have?', stop = new AbortController(), found = [source] } = more;
  const task = { question, language: 'en' as const, found, lexicon: [], history: [], lexical };
  const evidence = await gatherEvidence(task, null, stop.signal);
  const citations = new Citations(found, evidence, null, 'en');
  const writer = new AnswerWriter({ task, evidence, citations, stream: new AnswerStream(memory, 'a'), stop: stop.signal, signal: stop.signal }, limits);
  const draft = await writer.write(script && new ScriptedChatModel(script));
  await memory.end('a');
  const parts: StreamPart[] = [];
  for await (const { part } of memory.read('a', 0, new AbortController().signal)) parts.push(part as StreamPart);
  return { ...draft, parts, citations };
}

describe('the answer writer', () => {
  it('abstains without asking the model where search found hardly a word of the question', async () => {
    const asked = () => {
      throw new Error('asked');
    };
    expect(await write({ choose: asked, answer: asked }, { lexical: 0.2 })).toMatchObject({ status: 'abstained', model: 'none' });
  });

  it('abstains before the first word where the model itself sees no answer in the excerpts', async () => {
    const written = await write({ choose: SAYS_NO, answer: () => 'You have 99 days of leave.' }, { lexical: 0.83 });
    expect(written.status).toBe('abstained');
    expect(JSON.stringify(written.parts)).not.toContain('99');
  });

  it('keeps a carried draft and shows under it what it stands on, with exact ranges', async () => {
    const { text, status, citations } = await write({ choose: SAYS_YES, answer: () => 'You have 30 days of leave in a year.' });
    expect(status).toBe('answered');
    expect(text).toBe('You have 30 days of leave in a year.\n\nThe documents say: “Every employee has 30 days of leave in a year.”');
    const [claim, quote] = citations.all;
    expect(text.slice(claim!.answerStart, claim!.answerEnd)).toBe('You have 30 days of leave in a year.');
    expect(text.slice(quote!.answerStart, quote!.answerEnd)).toBe('“Every employee has 30 days of leave in a year.”');
    expect(LEAVE.slice(quote!.start! - 100, quote!.end! - 100)).toBe('Every employee has 30 days of leave in a year.');
    expect([citations.judged.length, citations.supported]).toEqual([1, 1]);
  });

  it('replaces a draft that nothing carries by the documents own words, and does not count what it said', async () => {
    const { text, status, citations, parts } = await write({ choose: SAYS_YES, answer: () => 'You have 45 weeks of leave.' }, { lexical: 1.5 });
    expect(status).toBe('answered');
    expect(text).toContain('“Every employee has 30 days of leave in a year.”');
    expect(text).not.toContain('45');
    expect(parts.some((part) => part.type === 'data-replace')).toBe(true);
    expect(citations.all.every((citation) => citation.supported)).toBe(true);
  });

  it('abstains from a draft that nothing carries where an answer is only likely', async () => {
    const { status, text } = await write({ choose: () => [0.65, 0.35], answer: () => 'You have 45 weeks of leave.' }, { lexical: 0.83 });
    expect(status).toBe('abstained');
    expect(text).not.toContain('30');
  });

  it('ends a model that does not end by itself after four sentences', async () => {
    const answer = () => 'You have 30 days of leave in a year. Requests for leave go to the team lead. The portal takes requests for leave. The canteen opens at noon. You have leave. You have more leave.';
    const { text, citations } = await write({ choose: SAYS_YES, answer });
    expect(text.split('\n\n')[0]).toBe('You have 30 days of leave in a year. Requests for leave go to the team lead. The portal takes requests for leave. The canteen opens at noon.');
    expect(citations.claims).toHaveLength(4);
  });

  it('keeps what was said before a stop', async () => {
    const answer = () => 'You have 30 days of leave in a year. And so on.';
    const { text, status } = await write({ choose: SAYS_YES, answer, tokenMs: 30 }, { stopAtFirstWord: true });
    expect(status).toBe('stopped');
    expect(text).toMatch(/^You/);
    expect(text).not.toContain('so on');
  });

  it('quotes where there is no model, and says so', async () => {
    expect(await write(null)).toMatchObject({ status: 'answered', model: 'extract', text: 'The documents say: “Every employee has 30 days of leave in a year.”' });
    expect(await write(null, { lexical: 0.6 })).toMatchObject({ status: 'abstained' });
  });

  it('abstains where nothing was found', async () => {
    expect(await write({ choose: SAYS_YES }, { found: [] })).toMatchObject({ status: 'abstained' });
  });
});
