import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { AbortMultipartUploadCommand, CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, HeadBucketCommand, HeadObjectCommand, ListMultipartUploadsCommand, paginateListObjectsV2, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { AppError } from '@kontor/kernel';
import type { BlobStore, ListedBlob, StoredBlob } from '../blob-store.js';
import { KEY, pathOf } from '../key.js';
import { checked } from './checked.js';
import { Measured } from './measured.js';
import { blobAbsent, blobError } from './s3-errors.js';

export interface S3Settings {
  bucket: string;
  /** The tenant whose bucket it is; one that carries the mark of another is refused. Without it nobody's mark is looked for. */
  owner?: string | undefined;
  /** A server of one's own, addressed with the bucket in the path; without one it is Amazon's of that region. */
  endpoint?: string | undefined;
  region: string;
  /** Without both, what the platform gives the process: a role of the machine or of the service account. */
  accessKey?: string | undefined;
  secretKey?: string | undefined;
  connectTimeoutMs?: number;
  /** How long an answer may take to begin, and a piece of a body to come. */
  idleTimeoutMs?: number;
}

/** Held in memory and sent under its own key at once; longer contents go in parts of this size. */
const PART_BYTES = 8_388_608;
const PARTS_IN_FLIGHT = 2;
/** The server copies up to 4 GB by itself, and answers when it is done. */
const COPY_TIMEOUT_MS = 600_000;
const HEALTH_TIMEOUT_MS = 5_000;
const ATTEMPTS_MAX = 3;
const UNFINISHED = 'unfinished/';
const MARK = 'kontor-tenant';

/**
 * Blobs in a bucket, laid out as the folder's. A key shows only a whole content: a short one is sent in one request, a
 * long one under a name of its own, and is copied by the server once its hash is known.
 */
export class S3BlobStore implements BlobStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #owner: string | undefined;
  readonly #idleTimeoutMs: number;

  constructor(settings: S3Settings) {
    this.#bucket = settings.bucket;
    this.#owner = settings.owner;
    this.#idleTimeoutMs = settings.idleTimeoutMs ?? 60_000;
    const { endpoint, accessKey, secretKey } = settings;
    this.#client = new S3Client({
      region: settings.region,
      ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
      ...(accessKey !== undefined && secretKey !== undefined && { credentials: { accessKeyId: accessKey, secretAccessKey: secretKey } }),
      maxAttempts: ATTEMPTS_MAX,
      // The newer checksums are unknown to many servers; the signature covers what is sent, and reading checks the hash.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: settings.connectTimeoutMs ?? 5_000, requestTimeout: this.#idleTimeoutMs, throwOnRequestTimeout: true },
    });
  }

  async put(content: Readable): Promise<StoredBlob> {
    const measured = new Measured(content);
    try {
      const { whole, pieces } = await measured.begin(PART_BYTES);
      return whole ? await this.#putShort(measured, pieces) : await this.#putLong(measured, pieces);
    } catch (error) {
      if (measured.failure) throw measured.failure.error;
      throw blobError(error);
    } finally {
      content.destroy();
    }
  }

  async get(key: string): Promise<Readable> {
    if (!KEY.test(key)) throw blobAbsent();
    const { Body } = await this.#try(() => this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: pathOf(key) })));
    return Readable.from(checked(Body as Readable, key, this.#idleTimeoutMs), { objectMode: false });
  }

  async has(key: string): Promise<boolean> {
    if (!KEY.test(key)) return false;
    try {
      await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: pathOf(key) }));
      return true;
    } catch (thrown) {
      const error = blobError(thrown);
      if (error.code === 'blob.absent') return false;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    if (KEY.test(key)) await this.#delete(pathOf(key));
  }

  async *list(): AsyncGenerator<ListedBlob> {
    for await (const object of this.#objects()) {
      const key = object.Key!.slice(3);
      if (KEY.test(key) && object.Key === pathOf(key)) yield { key, sizeBytes: object.Size!, storedAtMs: object.LastModified!.getTime() };
    }
  }

  async removeUnfinished(beforeMs: number): Promise<number> {
    // A sweep begins here, and it takes whatever its tenant does not know.
    await this.#assertOwn();
    let removed = 0;
    for await (const object of this.#objects(UNFINISHED)) {
      if (object.LastModified!.getTime() >= beforeMs) continue;
      await this.#delete(object.Key!);
      removed += 1;
    }
    for await (const { Key, UploadId, Initiated } of this.#uploads()) {
      if (!Key?.startsWith(UNFINISHED) || Initiated!.getTime() >= beforeMs) continue;
      if (await this.#abort(Key, UploadId)) removed += 1;
    }
    return removed;
  }

  /** @returns false where somebody else was quicker: another instance sweeps too, and a list of uploads may be behind */
  async #abort(Key: string, UploadId: string | undefined): Promise<boolean> {
    return this.#try(() =>
      this.#client.send(new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key, UploadId })).then(
        () => true,
        (thrown: unknown) => (thrown instanceof Error && thrown.name === 'NoSuchUpload' ? false : Promise.reject(thrown as Error)),
      ),
    );
  }

  /** Rejects with what an operator has to mend, soon enough for a probe. */
  async health(): Promise<{ place: string }> {
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }), { abortSignal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    } catch (thrown) {
      const error = blobError(thrown);
      // An answer to this request has no body that would tell a missing bucket from a missing blob.
      throw error.code === 'blob.absent' ? blobError({ name: 'NoSuchBucket' }) : error;
    }
    return { place: `bucket ${this.#bucket}` };
  }

  /** Writes, lists, reads and deletes something small, so that a start with half the rights is refused and not the first import. */
  async assertUsable(): Promise<void> {
    await this.health();
    const name = `${UNFINISHED}probe-${randomUUID()}`;
    await this.#try(() => this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: name, Body: name })));
    const { Body } = await this.#try(() => this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: name })));
    if ((await Body!.transformToString()) !== name) throw new AppError('blob.damaged', { message: 'The blob store gave back something else than was kept.' });
    for await (const _ of this.#objects(name)) break;
    await this.#delete(name);
    if (this.#owner !== undefined && (await this.#markedFor()) === undefined) await this.#mark(this.#owner);
    await this.#assertOwn();
  }

  /** Two tenants in one bucket would sweep away each other's originals. */
  async #assertOwn(): Promise<void> {
    const marked = this.#owner === undefined ? undefined : await this.#markedFor();
    if (marked === this.#owner) return;
    throw new AppError('blob.bucket_of_another', {
      status: 503,
      message: `The bucket ${this.#bucket} ${marked === undefined ? `has lost the mark ${MARK} that says whose it is. Start the service again` : `keeps the originals of the tenant "${marked}", and this is "${this.#owner}"`}. Give each tenant a bucket of its own (KONTOR_S3_BUCKET). Where this one was given up, delete the object ${MARK} in it.`,
    });
  }

  async #markedFor(): Promise<string | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: MARK }));
      return await Body!.transformToString();
    } catch (thrown) {
      const error = blobError(thrown);
      if (error.code === 'blob.absent') return undefined;
      throw error;
    }
  }

  /** Where two start at once, the server takes the first; one that does not know the condition takes the last, and the other finds it. */
  async #mark(owner: string): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: MARK, Body: owner, IfNoneMatch: '*' })).catch(async (thrown: unknown) => {
      if (thrown instanceof Error && thrown.name === 'PreconditionFailed') return;
      await this.#try(() => this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: MARK, Body: owner })));
    });
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #putShort(measured: Measured, pieces: Buffer[]): Promise<StoredBlob> {
    const blob = { key: measured.key(), sizeBytes: measured.sizeBytes };
    await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: pathOf(blob.key), Body: Buffer.concat(pieces) }));
    return blob;
  }

  async #putLong(measured: Measured, pieces: Buffer[]): Promise<StoredBlob> {
    const name = `${UNFINISHED}${randomUUID()}`;
    const body = Readable.from(measured.rest(pieces), { objectMode: false });
    await new Upload({ client: this.#client, params: { Bucket: this.#bucket, Key: name, Body: body }, partSize: PART_BYTES, queueSize: PARTS_IN_FLIGHT }).done();
    const blob = { key: measured.key(), sizeBytes: measured.sizeBytes };
    try {
      await this.#client.send(new CopyObjectCommand({ Bucket: this.#bucket, Key: pathOf(blob.key), CopySource: `${this.#bucket}/${name}` }), { requestTimeout: COPY_TIMEOUT_MS });
    } finally {
      // What stays behind here is found by the next sweep.
      await this.#delete(name).catch(() => undefined);
    }
    return blob;
  }

  async #delete(name: string): Promise<void> {
    await this.#try(() => this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: name })));
  }

  async *#objects(prefix?: string): AsyncGenerator<{ Key?: string | undefined; Size?: number | undefined; LastModified?: Date | undefined }> {
    try {
      for await (const page of paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket, Prefix: prefix })) yield* page.Contents ?? [];
    } catch (error) {
      throw blobError(error);
    }
  }

  async *#uploads(): AsyncGenerator<{ Key?: string | undefined; UploadId?: string | undefined; Initiated?: Date | undefined }> {
    for (let at: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}; ; ) {
      const page = await this.#try(() => this.#client.send(new ListMultipartUploadsCommand({ Bucket: this.#bucket, ...at })));
      yield* page.Uploads ?? [];
      if (!page.IsTruncated) return;
      at = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }

  async #try<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw blobError(error);
    }
  }
}
