import { AppError } from '@kontor/kernel';
import { describe, expect, it } from 'vitest';
import { createLogger, Health, type LoggerOptions, withCorrelation } from './index.js';

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', text: false, name: 'spec', stream: { write: (line) => lines.push(line) }, ...options });
  return { logger, lines, record: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> };
}

describe('createLogger', () => {
  it('keeps what people wrote out of the log, at any depth and in bindings', () => {
    const { logger, lines } = capture();
    logger.child({ question: 'secret plan' }).info({ hit: { rows: [{ text: 'secret plan', score: 1 }] } }, 'searched');
    expect(lines.join()).not.toContain('secret plan');
    expect(JSON.parse(lines[0]!)).toMatchObject({ msg: 'searched', hit: { rows: [{ text: '[text]', score: 1 }] } });
  });

  it('shows text where someone opted in, but never a secret', () => {
    const { logger, record } = capture({ text: true });
    logger.info({ question: 'how many days?', headers: { Authorization: 'Bearer 4711', cookie: 'id=4711' } });
    expect(record()).toMatchObject({ question: 'how many days?', headers: { Authorization: '[secret]', cookie: '[secret]' } });
  });

  it('does not repeat the input that a parser quotes in its error, whichever way the error is logged', () => {
    const { logger, lines } = capture();
    const error = new SyntaxError('Unexpected token, "the salary of…" is not valid JSON');
    logger.error(error);
    logger.error({ err: error });
    logger.error({ err: new AppError('document.broken', { cause: error }) }, 'failed');
    expect(lines).toHaveLength(3);
    expect(lines.join()).not.toContain('salary');
  });

  it('keeps code, details and cause of an AppError', () => {
    const { logger, record } = capture();
    logger.error({ err: new AppError('disk.full', { message: 'The disk is full.', details: { freeBytes: 0 }, cause: new Error('ENOSPC') }) });
    expect(record()).toMatchObject({ msg: 'The disk is full.', err: { code: 'disk.full', details: { freeBytes: 0 }, cause: { message: 'ENOSPC' } } });
  });

  it('names the request in every line of it, also after an await', async () => {
    const { logger, record } = capture();
    await withCorrelation('request-1', async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      logger.info('inside');
    });
    expect(record()).toMatchObject({ correlation: 'request-1' });
    logger.info('outside');
    expect(record()).not.toHaveProperty('correlation');
  });

  it('writes exactly one readable line a record at a terminal', () => {
    const { logger, lines } = capture({ pretty: true });
    logger.warn({ file: 'a.pdf', err: new AppError('file.broken', { message: 'first\nsecond' }) }, 'skipped');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d WARN {2}spec: skipped \[file\.broken: first second\] file=a\.pdf\n$/);
  });
});

describe('Health', () => {
  it('tells which check fails and why, and answers in time though one hangs', async () => {
    const health = new Health(20);
    health.register('database', 'readiness', () => undefined);
    health.register('model', 'readiness', () => Promise.reject(new AppError('model.missing', { message: 'No model yet.' })));
    health.register('hub', 'readiness', () => new Promise(() => undefined));
    const report = await health.report('readiness');
    expect(report.ok).toBe(false);
    expect(report.checks.map(({ name, ok, code }) => [name, ok, code])).toEqual([
      ['database', true, undefined],
      ['model', false, 'model.missing'],
      ['hub', false, 'health.timeout'],
    ]);
  });

  it('keeps the two kinds apart and forgets a check that was taken out', async () => {
    const health = new Health();
    const remove = health.register('queue', 'readiness', () => { throw new Error('down'); });
    expect((await health.report('liveness')).ok).toBe(true);
    expect(() => health.register('queue', 'liveness', () => undefined)).toThrow(/another name/);
    remove();
    expect(await health.report('readiness')).toEqual({ ok: true, checks: [] });
  });
});
