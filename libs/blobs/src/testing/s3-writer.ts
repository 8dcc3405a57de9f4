import { setTimeout as wait } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { S3BlobStore, type S3Settings } from '../s3/s3-blob-store.js';

/** A process of its own that puts, and is killed or measured from outside: `settings size pieceDelayMs`. */
const [settings, size, delay] = process.argv.slice(2);
const store = new S3BlobStore(JSON.parse(settings!) as S3Settings);
const MEBIBYTE = 1_048_576;
let residentBytesMax = 0;
const before = process.memoryUsage().rss;
const watch = setInterval(() => {
  residentBytesMax = Math.max(residentBytesMax, process.memoryUsage().rss);
}, 20);

async function* content(): AsyncGenerator<Buffer> {
  for (let at = 0; at < Number(size); at += MEBIBYTE) {
    process.send!({ kind: 'piece', at });
    if (Number(delay) > 0) await wait(Number(delay));
    yield Buffer.alloc(MEBIBYTE, at % 251);
  }
}

const blob = await store.put(Readable.from(content(), { objectMode: false }));
let readBytes = 0;
for await (const piece of await store.get(blob.key)) readBytes += (piece as Buffer).length;
clearInterval(watch);
process.send!({ kind: 'done', ...blob, readBytes, grownBytes: residentBytesMax - before });
process.disconnect();
await store.close();
