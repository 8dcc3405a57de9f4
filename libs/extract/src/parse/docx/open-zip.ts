import yauzl from 'yauzl';
import { documentError } from '../../errors.js';

const ENTRIES_MAX = 10_000;
const UNPACKED_BYTES_MAX = 256 * 2 ** 20;
// XML packs well, but not like this; small archives may do as they like.
const RATIO_MAX = 200;
const UNSUSPICIOUS_BYTES = 16 * 2 ** 20;
const ENCRYPTED_FLAG = 1;

/** The entries of an archive, once its directory promises nothing outrageous. Nothing is unpacked. */
export async function openZip(bytes: Uint8Array): Promise<yauzl.Entry[]> {
  const zip = await open(bytes);
  if (zip.entryCount > ENTRIES_MAX) throw documentError('document.zip_bomb', { entries: zip.entryCount, entriesMax: ENTRIES_MAX });
  const entries = await readEntries(zip);
  const unpackedBytes = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  const suspicious = unpackedBytes > UNSUSPICIOUS_BYTES && unpackedBytes > RATIO_MAX * bytes.length;
  if (suspicious || unpackedBytes > UNPACKED_BYTES_MAX) throw documentError('document.zip_bomb', { sizeBytes: bytes.length, unpackedBytes, unpackedBytesMax: UNPACKED_BYTES_MAX });
  if (entries.some((entry) => entry.generalPurposeBitFlag & ENCRYPTED_FLAG)) throw documentError('document.encrypted');
  return entries;
}

/** Unpacks the XML parts once and keeps nothing: a size that lies, or data that is cut, shows here and not in the parser's memory. */
export async function checkParts(bytes: Uint8Array): Promise<void> {
  const zip = await open(bytes);
  for (const entry of await readEntries(zip)) {
    if (!/\.(xml|rels)$/i.test(entry.fileName)) continue;
    try {
      for await (const chunk of await openStream(zip, entry)) void chunk;
    } catch (cause) {
      throw documentError(/too many bytes/i.test(String(cause)) ? 'document.zip_bomb' : 'document.unreadable', {}, 'never', cause);
    }
  }
}

async function open(bytes: Uint8Array): Promise<yauzl.ZipFile> {
  const { promise, resolve, reject } = Promise.withResolvers<yauzl.ZipFile>();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  yauzl.fromBuffer(buffer, { lazyEntries: true, autoClose: false }, (error, zip) => {
    // The directory stands at the end, so a cut archive has none.
    if (error) reject(documentError(/end of central directory/i.test(error.message) ? 'document.truncated' : 'document.unreadable', {}, 'never', error));
    else resolve(zip);
  });
  return promise;
}

async function readEntries(zip: yauzl.ZipFile): Promise<yauzl.Entry[]> {
  const { promise, resolve, reject } = Promise.withResolvers<yauzl.Entry[]>();
  const entries: yauzl.Entry[] = [];
  zip.on('entry', (entry: yauzl.Entry) => {
    entries.push(entry);
    zip.readEntry();
  });
  zip.once('end', () => resolve(entries));
  zip.once('error', (error: Error) => reject(documentError('document.unreadable', {}, 'never', error)));
  zip.readEntry();
  return promise;
}

async function openStream(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<NodeJS.ReadableStream> {
  const { promise, resolve, reject } = Promise.withResolvers<NodeJS.ReadableStream>();
  zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  return promise;
}
