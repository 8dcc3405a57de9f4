import kafkajs, { type ICustomPartitioner, type PartitionMetadata } from 'kafkajs';

export const TENANT_HEADER = 'kontor-tenant';

type Place = Parameters<ReturnType<ICustomPartitioner>>[0];

/** Kafka's own hash of a key among so many partitions, as its Java clients reckon it. */
function hashed(place: Place, key: NonNullable<Place['message']['key']>, among: number): number {
  const partitionMetadata = Array.from({ length: among }, (_, partitionId): PartitionMetadata => ({ partitionErrorCode: 0, partitionId, leader: 0, replicas: [], isr: [] }));
  return kafkajs.Partitioners.DefaultPartitioner()({ ...place, partitionMetadata, message: { ...place.message, key } });
}

/**
 * Where a message goes: by its key among all partitions or, with `tenantPartitions`, among so many neighbours that begin
 * where the tenant's name says. A key always goes to one partition, which keeps the order of its aggregate; a tenant that
 * announces very much then delays the others of its own neighbours and nobody else.
 */
export function tenantPartitioner(tenantPartitions: number | undefined): ICustomPartitioner {
  return () => (place) => {
    const { message, partitionMetadata } = place;
    const all = partitionMetadata.length;
    const tenant = message.headers?.[TENANT_HEADER];
    // What was read and is written again, such as a replay, carries bytes.
    const named = typeof tenant === 'string' || Buffer.isBuffer(tenant);
    if (message.key == null || !named || tenantPartitions === undefined || tenantPartitions >= all) return kafkajs.Partitioners.DefaultPartitioner()(place);
    return (hashed(place, tenant, all) + hashed(place, message.key, tenantPartitions)) % all;
  };
}
