import { join } from 'node:path';
import { Readable } from 'node:stream';
import { mountSmallDisk, reasonToSkip, startS3, type S3Server, type SmallDisk } from '@kontor/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { S3BlobStore } from './s3-blob-store.js';

const MEBIBYTE = 1_048_576;
const missing = await reasonToSkip('s3');

describe.skipIf(missing !== null)(missing === null ? 'a bucket in trouble' : `a bucket in trouble: skipped, ${missing}`, () => {
  let server: S3Server;
  let disk: SmallDisk | null;
  beforeAll(async () => {
    server = await startS3();
    disk = mountSmallDisk({ sizeMebibytes: 40, point: join(server.data, server.bucket) });
  });
  afterAll(async () => {
    disk?.unmount();
    await server.stop();
  });

  const open = (): S3BlobStore => new S3BlobStore({ endpoint: server.endpoint, region: server.region, bucket: server.bucket, accessKey: server.accessKey, secretKey: server.secretKey });
  const contentOf = (mebibytes: number, fill: number): Readable => Readable.from(Array.from({ length: mebibytes }, () => Buffer.alloc(MEBIBYTE, fill)));
  const listed = async (store: S3BlobStore): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of store.list()) keys.push(key);
    return keys;
  };

  it('refuses what does not fit any more, short or long, keeps what is there, and takes it once there is room', async ({ skip }) => {
    if (!disk) return skip('this account may mount no small disk');
    const store = open();
    const kept = await store.put(contentOf(1, 1));
    disk.fill(MEBIBYTE / 2);
    // A server on a disk of its own says no more than that it failed; those with a quota say that it is full.
    const refused = { code: expect.stringMatching(/^blob\.(unreachable|bucket_full|failed)$/) as string, retry: 'later' };
    await expect(store.put(contentOf(2, 2))).rejects.toMatchObject(refused);
    await expect(store.put(contentOf(20, 3))).rejects.toMatchObject(refused);
    expect(await listed(store)).toEqual([kept.key]);
    expect((await (await store.get(kept.key)).toArray()).reduce((sum: number, piece: Buffer) => sum + piece.length, 0)).toBe(MEBIBYTE);
    disk.free();
    const late = await store.put(contentOf(2, 2));
    expect((await listed(store)).sort()).toEqual([kept.key, late.key].sort());
    await store.close();
  });

  it('names the variables once its keys were revoked, and works on where they are given back', async () => {
    const store = open();
    const kept = await store.put(Readable.from([Buffer.from('before')]));
    const renewed = await server.replaceKeys();
    for (const work of [() => store.health(), () => store.get(kept.key), () => store.put(Readable.from([Buffer.from('meanwhile')]))]) {
      await expect(work()).rejects.toMatchObject({ code: 'blob.credentials_refused', retry: 'later', message: expect.stringContaining('KONTOR_S3_ACCESS_KEY') as string });
    }
    const again = new S3BlobStore({ endpoint: server.endpoint, region: server.region, bucket: server.bucket, ...renewed });
    expect(Buffer.concat(await (await again.get(kept.key)).toArray()).toString()).toBe('before');
    await Promise.all([store.close(), again.close()]);
  });
});
