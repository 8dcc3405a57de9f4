import { expect, it } from 'vitest';
import { runMain } from '@kontor/testing';

it('says in one line what keeps it from running alone, and how to go on', async () => {
  const main = await runMain(new URL('./main.js', import.meta.url));
  expect(await main.ended).toBe(1);
  expect(main.output()).toMatch(/^inference-worker: .*set KONTOR_DATABASE_URL.*npm start\. \(service\.database_missing\)\n$/);
  await main.close();
});
