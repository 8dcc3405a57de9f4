import { AppError } from '@kontor/kernel';

const SENTENCES = {
  'document.empty': 'The file holds no text; there is nothing to find in it.',
  'document.too_large': 'The file is larger than Kontor reads; split it or raise KONTOR_FILE_BYTES_MAX.',
  'document.truncated': 'The file ends in the middle; copy it again from where it came.',
  'document.encrypted': 'The file is protected by a password; save it without one and import it again.',
  'document.unsupported': 'Kontor does not read files of this kind; save it as PDF, DOCX, HTML, Markdown or text.',
  'document.wrong_type': 'The content is not what the name says, and no kind that Kontor reads; check the file.',
  'document.zip_bomb': 'The file unpacks to far more than it seems to hold, so it was not opened.',
  'document.timeout': 'Reading the file took too long; split it and import it again.',
  'document.too_complex': 'The file holds more text or pages than Kontor reads at once; split it.',
  'document.unreadable': 'The file could not be read as text; check whether it is damaged or in an unusual encoding.',
  'document.crashed': 'The program that reads this file stopped; the file is probably damaged.',
  'document.no_text': 'The PDF holds pictures of pages but no text; run text recognition on it first.',
} as const;
export type FailureCode = keyof typeof SENTENCES;

/** A file that cannot be read: why, and what to do. */
export function failure(code: FailureCode, details: Record<string, number> = {}, cause?: unknown): AppError {
  const retry = code === 'document.crashed' || code === 'document.timeout' ? 'later' : 'never';
  return new AppError(code, { status: 422, retry, message: SENTENCES[code], details, cause });
}

export const isFailureCode = (code: string): code is FailureCode => code in SENTENCES;
