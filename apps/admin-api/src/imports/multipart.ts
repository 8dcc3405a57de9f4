import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';

/** A multipart/form-data body (RFC 7578) that is written while its files arrive, so that none is held in memory. */
export function multipartOf(files: AsyncIterable<{ name: string; content: Readable }>): { contentType: string; body: AsyncGenerator<Uint8Array> } {
  const boundary = `kontor-${randomUUID()}`;
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: write(boundary, files) };
}

async function* write(boundary: string, files: AsyncIterable<{ name: string; content: Readable }>): AsyncGenerator<Uint8Array> {
  for await (const { name, content } of files) {
    yield Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${quoted(name)}"\r\ncontent-type: application/octet-stream\r\n\r\n`);
    for await (const bytes of content) yield bytes as Buffer;
    yield Buffer.from('\r\n');
  }
  yield Buffer.from(`--${boundary}--\r\n`);
}

/** As browsers write a name: what could end it or its line is percent-encoded. */
const quoted = (name: string): string => name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');
