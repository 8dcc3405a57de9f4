import { describe, expect, it } from 'vitest';
import type { Citation, Message, StreamPart } from '@kontor/contracts';
import { applyPart, citedOrdinals, emptyAnswer, isRunning, phaseOf, turnsOf } from './answer.js';

const run = (...parts: StreamPart[]) => parts.reduce(applyPart, emptyAnswer());
const citation = (over: Partial<Citation> = {}): Citation => ({
  answerStart: 0, answerEnd: 5, supported: true, source: 1, documentId: 'd', path: 'a.md', start: 0, end: 9, quote: 'q', ...over,
});
const source = { ordinal: 1, documentId: 'd', corpus: 'c', path: 'a.md', title: 'A', headingPath: [], page: null, start: 0, end: 9, score: 1 };
const message = (over: Partial<Message>): Message => ({
  id: 'm', role: 'assistant', text: 'text', withheld: false, status: 'answered', model: 'qwen', claims: 0, supported: 0, createdAt: '2026-01-01T00:00:00Z', sources: [], citations: [], feedback: null, ...over,
});
const delta = (text: string): StreamPart => ({ type: 'text-delta', id: 't', delta: text });

describe('applyPart', () => {
  it('keeps the status that the verification gives, so that an honest "not found" is no answer', () => {
    const answer = run(
      { type: 'start', messageId: 'm' }, delta('Nothing.'),
      { type: 'data-verification', data: { claims: 0, supported: 0, status: 'abstained', model: 'qwen' } },
      { type: 'finish' },
    );
    expect(answer).toMatchObject({ messageId: 'm', status: 'abstained', text: 'Nothing.' });
  });

  it('drops the citations of a text that is replaced: their ranges would mark other words', () => {
    const answer = run(delta('Draft.'), { type: 'data-citation', data: citation() }, { type: 'data-replace', data: { text: 'Extract.' } });
    expect(answer).toMatchObject({ text: 'Extract.', citations: [] });
  });

  it('lets neither an error nor a stop turn into an answer by the finish that follows', () => {
    expect(run(delta('Half'), { type: 'error', errorText: 'Out of memory', code: 'model.memory' }, { type: 'finish' }))
      .toMatchObject({ status: 'failed', problem: { code: 'model.memory', detail: 'Out of memory' }, text: 'Half' });
    expect(run(delta('Half'), { type: 'abort' }, { type: 'finish' }).status).toBe('stopped');
  });

  it('leaves the answer it was given alone', () => {
    const before = Object.freeze(emptyAnswer());
    expect(applyPart(before, delta('a')).text).toBe('a');
    expect(before.text).toBe('');
  });
});

describe('phaseOf', () => {
  it('goes from search to queue to reading to writing to done', () => {
    const sources: StreamPart = { type: 'data-sources', data: [source] };
    const queue = (position: number): StreamPart => ({ type: 'data-queue', data: { position, estimateMs: null } });
    expect(phaseOf(run())).toBe('searching');
    expect(phaseOf(run(sources, queue(2)))).toBe('queued');
    expect(phaseOf(run(sources, queue(2), queue(0)))).toBe('reading');
    expect(phaseOf(run(sources, delta('a')))).toBe('writing');
    expect(phaseOf(run(sources, delta('a'), { type: 'finish' }))).toBe('done');
  });
});

describe('turnsOf', () => {
  it('empties an answer that still runs, so that reading its stream again does not double the text', () => {
    const [turn] = turnsOf([message({ id: 'q', role: 'user', text: 'Why?' }), message({ status: 'running', text: 'Beca' })]);
    expect(turn).toMatchObject({ key: 'q', question: 'Why?', answer: { messageId: 'm', text: '' } });
    expect(isRunning(turn!.answer)).toBe(true);
  });

  it('shows a question without an answer as failed rather than as one that runs for ever', () => {
    expect(turnsOf([message({ role: 'user' })])[0]!.answer.status).toBe('failed');
  });

  it('tells the support of a stored answer as it was judged, quotes beside it not counted', () => {
    const citations = [citation(), citation({ supported: false, source: null })];
    const [turn] = turnsOf([message({ role: 'user' }), message({ citations, claims: 1, supported: 1 })]);
    expect(turn!.answer.verification).toMatchObject({ claims: 1, supported: 1, model: 'qwen' });
    expect(citedOrdinals(turn!.answer)).toEqual(new Set([1]));
  });
});
