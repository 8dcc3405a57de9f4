import { expect, it } from 'vitest';
import { fairPriority } from './fair-share.js';

it('puts back who asks much, and lets nobody who waits be passed for ever', () => {
  const atMs = 5_000_000;
  expect(fairPriority(atMs, 0)).toBeLessThan(fairPriority(atMs, 1));
  // Ten questions within a minute wait behind those of others, but not behind those who come a minute later.
  expect(fairPriority(atMs, 10)).toBeGreaterThan(fairPriority(atMs + 30_000, 0));
  expect(fairPriority(atMs, 10)).toBeLessThan(fairPriority(atMs + 60_000, 0));
});

it('is a priority that a job may have, whatever the time and the number', () => {
  for (const nowMs of [0, 999_999_999, 1_000_000_000, 1.8e12]) {
    for (const recent of [0, 1, 1_000_000]) {
      const priority = fairPriority(nowMs, recent);
      expect(Number.isInteger(priority) && priority >= 1 && priority <= 2_000_000).toBe(true);
    }
  }
});
