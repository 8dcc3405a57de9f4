import mammoth from 'mammoth';
import { parseHTML } from 'linkedom';
import type { ExtractedDocument } from '@kontor/rag-core';
import { checkZip } from './check-zip.js';
import { failure } from './failure.js';
import { htmlToDocument } from './html.js';

const MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** Word's own headings, lists and tables; pictures are left out. */
export async function parseDocx(bytes: Uint8Array, name: string): Promise<ExtractedDocument> {
  await checkZip(bytes);
  const noImages = mammoth.images.imgElement(async () => ({ src: '' }));
  const result = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, { convertImage: noImages, externalFileAccess: false } as never).catch((error: unknown) => {
    throw failure('document.unreadable', {}, error);
  });
  const { document } = parseHTML(`<html><body>${result.value}</body></html>`);
  return htmlToDocument(document as never, name, MEDIA_TYPE);
}
