import { afterAll, beforeAll, expect, it } from 'vitest';
import { reasonToSkip } from '@kontor/services';
import { replace, settle, startBusyFirm } from '../faults/services/rolling.mjs';

const missing = (await Promise.all(['postgres', 'redis', 's3'].map(reasonToSkip))).find((reason) => reason !== null);
let firm;
beforeAll(async () => {
  if (!missing) firm = await startBusyFirm({ people: 2, imports: false, names: ['chat-api', 'inference-worker'] });
});
afterAll(() => firm?.close());

// The long form, one instance after the other with imports and Kafka: node tests/faults/rolling-update.mjs
it.skipIf(missing)('replaces half of the instances and then the other half, and nobody who searches or asks notices', async () => {
  const { cluster, names, askers } = firm;
  for (const half of [0, 1]) {
    const asked = askers.asked.length;
    await Promise.all(names.map((name) => replace(cluster, cluster.services[name][half])));
    // Somebody asked meanwhile, or the rest would prove nothing.
    expect(askers.asked.length).toBeGreaterThan(asked);
  }
  const { faults, counts } = await settle(firm);
  expect(faults).toEqual([]);
  expect(counts.answered).toBe(counts.questionsTaken);
});
