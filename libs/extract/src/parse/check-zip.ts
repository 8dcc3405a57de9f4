import yauzl from 'yauzl';
import { failure } from './failure.js';

const ENTRIES_MAX = 10_000;
const UNPACKED_BYTES_MAX = 500_000_000;
const RATIO_MAX = 200;

/** Reads only the central directory: what a zip says that it unpacks to, before anything is unpacked. */
export function checkZip(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(Buffer.from(bytes), { lazyEntries: true }, (error, zip) => {
      if (error) return reject(failure(/end of central directory/i.test(error.message) ? 'document.truncated' : 'document.unreadable', {}, error));
      let unpackedBytes = 0;
      zip.on('entry', (entry: yauzl.Entry) => {
        unpackedBytes += entry.uncompressedSize;
        if ((entry.generalPurposeBitFlag & 1) === 1) return reject(failure('document.encrypted'));
        if (zip.entryCount > ENTRIES_MAX || unpackedBytes > UNPACKED_BYTES_MAX || unpackedBytes > RATIO_MAX * bytes.length + 1_000_000) {
          return reject(failure('document.zip_bomb', { unpackedBytes, entries: zip.entryCount }));
        }
        zip.readEntry();
      });
      zip.on('end', () => resolve());
      zip.on('error', (broken: Error) => reject(failure('document.unreadable', {}, broken)));
      zip.readEntry();
    });
  });
}
