import { Partitioners } from 'kafkajs';
import { expect, it } from 'vitest';
import { TENANT_HEADER, tenantPartitioner } from './tenant-partitioner.js';

const ALL = 12;
const partitionMetadata = Array.from({ length: ALL }, (_, partitionId) => ({ partitionErrorCode: 0, partitionId, leader: 0, replicas: [], isr: [] }));
const place = (tenant: string, aggregate: number, header: string | Buffer = tenant) => ({ topic: 't', partitionMetadata, message: { key: `${tenant}/a${aggregate}`, value: 'x', headers: { [TENANT_HEADER]: header } } });
const AGGREGATES = Array.from({ length: 200 }, (_, index) => index);
const used = (width: number | undefined, tenant: string): Set<number> => new Set(AGGREGATES.map((aggregate) => tenantPartitioner(width)()(place(tenant, aggregate))));

it('keeps a tenant to so many neighbours, uses all of them, and does not put all tenants on the same', () => {
  for (const width of [1, 2, 5]) {
    const begins = new Set<number>();
    for (const tenant of ['home', 'firm', 'a/b', 'Kanzlei', 't5', 't6', 't7', 't8']) {
      const partitions = [...used(width, tenant)];
      expect(partitions.length).toBe(width);
      const begin = partitions.find((one) => !partitions.includes((one + ALL - 1) % ALL))!;
      for (let step = 0; step < width; step += 1) expect(partitions).toContain((begin + step) % ALL);
      begins.add(begin);
    }
    expect(begins.size).toBeGreaterThan(3);
  }
});

it('is what Kafka does by itself where nothing is asked for, and gives a message that comes again the same place', () => {
  for (const aggregate of AGGREGATES) {
    const usual = Partitioners.DefaultPartitioner()(place('home', aggregate));
    for (const width of [undefined, ALL, 99]) expect(tenantPartitioner(width)()(place('home', aggregate))).toBe(usual);
    expect(tenantPartitioner(3)()(place('home', aggregate, Buffer.from('home')))).toBe(tenantPartitioner(3)()(place('home', aggregate)));
  }
  expect(used(undefined, 'home').size).toBe(ALL);
});
