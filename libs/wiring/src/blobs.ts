import { join } from 'node:path';
import { openBlobStore } from '@kontor/blobs';
import type { ServiceParts } from '@kontor/http';

/** Files in a bucket, or in a folder that all services must see. */
export async function openBlobs({ config, health, opened }: ServiceParts): ReturnType<typeof openBlobStore> {
  const blobs = opened.add(await openBlobStore({ directory: join(config.store.directory, 'blobs'), s3: { ...config.s3, secretKey: config.s3.secretKey?.reveal(), owner: config.services.tenant } }));
  health.register('blobs', 'readiness', () => blobs.health());
  return blobs;
}
