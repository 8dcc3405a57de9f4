import { expect, it } from 'vitest';
import type { PersonTx } from '@kontor/db';
import { InProcessEventBus } from '@kontor/events';
import { newId } from '@kontor/kernel';
import type { ChatApiPorts } from '../ports.js';
import { CacheKeeper } from './cache-keeper.js';
import { ReachCache } from './reach.cache.js';

it('counts anew what somebody may read of a corpus when its rules change, and of no other', async () => {
  const [events, reaches] = [new InProcessEventBus(), new ReachCache()];
  const keeper = new CacheKeeper({ events } as unknown as ChatApiPorts, reaches);
  const [changed, other] = [newId(), newId()];
  const asked: string[][] = [];
  const tx = { scope: { tenant: 't' }, aclIds: [1], query: (_sql: string, [, , ids]: [string, number[], string[]]) => (asked.push(ids), Promise.resolve(ids.map((id) => ({ id, rows: 1, total: 1 })))) } as unknown as PersonTx;
  const rulesChange = (): Promise<void> => events.publish({ id: newId(), tenant: 't', aggregate: changed, type: 'access.changed', payload: { corpusId: changed }, createdAt: new Date().toISOString() });

  keeper.onApplicationBootstrap();
  for (let times = 0; times < 2; times += 1) await reaches.reachOf(tx, [changed, other]);
  await rulesChange();
  await reaches.reachOf(tx, [changed, other]);
  expect(asked).toEqual([[changed, other], [changed]]);

  keeper.onModuleDestroy();
  await rulesChange();
  await reaches.reachOf(tx, [changed, other]);
  expect(asked).toHaveLength(2);
});
