import { expect, it } from 'vitest';
import { isOlder, mendVector } from './guard.js';

it('compares versions by number, not by letter', () => {
  expect(isOlder('0.8.5', '0.8.5')).toBe(false);
  expect(isOlder('0.8.4', '0.8.5')).toBe(true);
  expect(isOlder('0.10.0', '0.8.5')).toBe(false);
  expect(isOlder('1.0', '0.8.5')).toBe(false);
});

it('says what mends a missing or an old pgvector', () => {
  expect(mendVector('0.8.7', '0.8.7')).toBeNull();
  expect(mendVector(null, '0.8.5')).toBeNull();
  expect(mendVector(null, null)).toMatch(/^Install pgvector 0\.8\.5/);
  expect(mendVector('0.8.2', '0.8.5')).toContain('ALTER EXTENSION vector UPDATE;');
  expect(mendVector('0.8.2', '0.8.2')).toMatch(/install 0\.8\.5 or newer, then run: ALTER EXTENSION vector UPDATE;/);
  expect(mendVector(null, '0.7.0')).toMatch(/install 0\.8\.5/);
});
