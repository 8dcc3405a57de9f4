import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
// For its types: they add `parts()` to the request.
import type {} from '@fastify/multipart';
import { AppError } from '@kontor/kernel';

/** A file as it arrives. */
export interface Upload {
  /** The name that the sender gave the file; never a path to write to. */
  name: string;
  content: Readable;
  /** Call when the stream was read: a file that was cut at the limit looks whole until then. */
  assertWhole(): void;
}

/**
 * The files of a multipart request, one after the other as they arrive. Read each stream to its end
 * before asking for the next.
 */
export async function* uploads(request: FastifyRequest): AsyncGenerator<Upload> {
  if (!request.isMultipart()) throw new AppError('request.media_type_unsupported', { status: 415, message: 'Send the files as multipart/form-data.' });
  for await (const part of request.parts()) {
    if (part.type !== 'file') continue;
    const assertWhole = (): void => {
      if (part.file.truncated) throw new AppError('upload.too_large', { status: 413, message: 'A file is larger than this server accepts.', details: { fileName: part.filename } });
    };
    yield { name: part.filename, content: part.file, assertWhole };
  }
}
