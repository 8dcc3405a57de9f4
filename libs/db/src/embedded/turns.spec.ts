import { expect, it } from 'vitest';
import type { Lane } from '../engine.js';
import { Turns } from './turns.js';

/** Queues the lanes behind one that holds the turn, and tells in which order they come. */
async function order(lanes: readonly Lane[]): Promise<string> {
  const turns = new Turns();
  const first = await turns.take('person');
  const came: string[] = [];
  const all = lanes.map(async (lane, index) => {
    const giveBack = await turns.take(lane);
    came.push(`${lane[0]}${index}`);
    giveBack();
  });
  first();
  await Promise.all(all);
  return came.join(' ');
}

it('keeps the order within a lane and lets people go before imports', async () => {
  expect(await order(['background', 'person', 'background', 'person'])).toBe('p1 p3 b0 b2');
});

it('lets an import through after four people, however many wait', async () => {
  expect(await order(['background', ...Array<Lane>(6).fill('person')])).toBe('p1 p2 p3 p4 b0 p5 p6');
});

it('gives a turn to one at a time, even when it is given back twice', async () => {
  const turns = new Turns();
  const giveBack = await turns.take('person');
  giveBack();
  const second = await turns.take('person');
  giveBack();
  let third = false;
  const waiting = turns.take('person').then((done) => {
    third = true;
    done();
  });
  await Promise.resolve();
  expect(third).toBe(false);
  second();
  await waiting;
  expect(third).toBe(true);
});
