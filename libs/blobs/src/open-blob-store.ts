import type { BlobStore } from './blob-store.js';
import { DirectoryBlobStore } from './directory-blob-store.js';
import { S3BlobStore, type S3Settings } from './s3/s3-blob-store.js';

export interface BlobPlace {
  /** Used where no bucket is named. */
  directory: string;
  s3: Omit<S3Settings, 'bucket'> & { bucket?: string | undefined };
}

/**
 * The bucket where the configuration names one, else the directory.
 *
 * @example const blobs = opened.add(await openBlobStore({ directory: join(config.store.directory, 'blobs'), s3: { region, bucket, accessKey, secretKey } }));
 */
export async function openBlobStore({ directory, s3 }: BlobPlace): Promise<BlobStore & { close(): Promise<void> }> {
  if (s3.bucket === undefined) return Object.assign(new DirectoryBlobStore(directory), { close: async () => undefined });
  const store = new S3BlobStore({ ...s3, bucket: s3.bucket });
  try {
    await store.assertUsable();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
