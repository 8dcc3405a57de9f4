import { AppError } from '@kontor/kernel';
import { expect, it } from 'vitest';
import { storeError } from './errors.js';

const serverError = (code: string): Error => Object.assign(new Error('Key (title)=(Secret plan) is bad'), { code, detail: 'Secret plan', table: 'document' });

it('tells what can be tried again from what cannot', () => {
  expect(storeError(serverError('53100'))).toMatchObject({ code: 'store.disk_full', status: 507, retry: 'later' });
  expect(storeError(serverError('40P01'))).toMatchObject({ code: 'store.conflict', retry: 'later' });
  expect(storeError(serverError('ECONNREFUSED'))).toMatchObject({ code: 'store.unreachable', retry: 'later' });
  expect(storeError(serverError('57P01'))).toMatchObject({ code: 'store.unreachable', retry: 'later' });
  expect(storeError(serverError('22P02'))).toMatchObject({ code: 'store.query_failed', retry: 'never', details: { sqlstate: '22P02', table: 'document' } });
});

it('keeps what the server quotes from a row out of everything that could be logged', () => {
  const error = storeError(serverError('22P02'));
  const cause = error.cause as Error;
  expect([error.message, error.stack, JSON.stringify(error), cause.message, cause.stack].join()).not.toContain('Secret');
  expect(cause.stack).toContain('errors.spec');
});

it('passes an error of Kontor on as it is', () => {
  const error = new AppError('import.stopped');
  expect(storeError(error)).toBe(error);
});
