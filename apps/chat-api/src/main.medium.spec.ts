import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshPostgresUrl, postgresMissing, stopTestDatabases } from '@kontor/db/testing';
import { reasonToSkip, startRedis, type RedisServer } from '@kontor/services';
import { runMain } from '@kontor/testing';

let missing: string | null;
let redis: RedisServer | undefined;
beforeAll(async () => {
  missing = (await postgresMissing()) ?? (await reasonToSkip('redis'));
  if (missing === null) redis = await startRedis();
});
afterAll(async () => {
  await redis?.stop();
  await stopTestDatabases();
});

/** What it says and how it ends where it cannot start. */
async function refusal(variables: Record<string, string>): Promise<string> {
  const main = await runMain(new URL('./main.js', import.meta.url), variables);
  expect(await main.ended).toBe(1);
  await main.close();
  return main.output();
}

it('says in one line what keeps it from running alone, one thing after the other, and how to go on', async ({ skip }) => {
  if (missing !== null) skip(missing);
  expect(await refusal({})).toMatch(/^chat-api: .*set KONTOR_DATABASE_URL.*npm start\. \(service\.database_missing\)\n$/);
  const database = { KONTOR_DATABASE_URL: await freshPostgresUrl() };
  expect(await refusal(database)).toMatch(/^chat-api: .*set KONTOR_REDIS_URL.*npm start\. \(service\.redis_missing\)\n$/);
  expect(await refusal({ ...database, KONTOR_REDIS_URL: redis!.url })).toMatch(/chat-api: .*set KONTOR_OPERATOR_TOKEN.*\(service\.operator_token_missing\)\n$/);
});
