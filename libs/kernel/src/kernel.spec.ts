import { describe, expect, it, vi } from 'vitest';
import { AppError, invariant, newId, Opened } from './index.js';

describe('AppError', () => {
  it('keeps code and verdict when wrapped again, so that no edge loses the reason', () => {
    const error = new AppError('document.too_large', { status: 413, retry: 'later' });
    expect(AppError.from(error)).toBe(error);
    expect(error.status).toBe(413);
    expect(error.retry).toBe('later');
  });

  it('wraps anything that was thrown and keeps it as the cause', () => {
    const wrapped = AppError.from('text', 'file.unreadable');
    expect(wrapped.code).toBe('file.unreadable');
    expect(wrapped.cause).toBe('text');
  });

  it('turns a broken invariant into an error with a code', () => {
    expect(() => invariant(false, 'rows are sorted')).toThrowError(/rows are sorted/);
  });
});

describe('newId', () => {
  it('sorts by time and carries version and variant', () => {
    const earlier = newId(1_000);
    const later = newId(2_000);
    expect(earlier < later).toBe(true);
    expect(newId(1_000) === newId(1_000)).toBe(false);
    expect(later).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('sorts those of one process in the order in which they were made, within a millisecond and beyond the counter too', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 });
    const made = Array.from({ length: 20_000 }, () => newId());
    vi.useRealTimers();
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
  });
});

describe('Opened', () => {
  it('closes in the opposite order, whatever fails on the way, and once', async () => {
    const closed: string[] = [];
    const part = (name: string, fails = false) => ({ close: () => (closed.push(name), fails ? Promise.reject(new Error(name)) : Promise.resolve()) });
    const opened = new Opened();
    for (const [name, fails] of [['store', false], ['queue', true], ['pages', false]] as const) opened.add(part(name, fails));
    await expect(opened.close()).rejects.toThrow('queue');
    await opened.close();
    expect(closed).toEqual(['pages', 'queue', 'store']);
  });
});
