import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { renderConfigReference } from './index.js';

it('has a committed reference that says what the slices say; else run node tools/generate/config-reference.mjs', async () => {
  const committed = await readFile(new URL('../../../docs/operating/configuration.md', import.meta.url), 'utf8');
  expect(committed).toBe(renderConfigReference());
});
