import { AppError, type RetryVerdict } from '@kontor/kernel';

// Each says in one sentence what is wrong and what to do.
const MESSAGES = {
  'document.empty': 'The file holds no text; remove it or replace it with the right one.',
  'document.too_large': 'The file is larger than the limit; split it into smaller files.',
  'document.truncated': 'The end of the file is missing; copy or export it again from where it came from.',
  'document.encrypted': 'The file is protected by a password; save a copy without the password and import that.',
  'document.unsupported': 'Files of this type cannot be read; save it as PDF, DOCX, HTML, Markdown or plain text.',
  'document.wrong_type': 'The content is of another type than the name says, and of one that cannot be read; check the file and export it again.',
  'document.zip_bomb': 'The file unpacks to far more than a document needs, so it was not opened; save it again with the program that made it.',
  'document.timeout': 'Reading the file took longer than the limit; split it or save it again in a simpler form.',
  'document.too_complex': 'The file needs more memory or is nested deeper than the limit; split it or save it again in a simpler form.',
  'document.unreadable': 'The file is damaged or could not be opened; check that it opens in its own program and that Kontor may read it.',
  'document.crashed': 'The program that reads this type of file broke off; save the file again in another format.',
  'document.no_text': 'The pages hold images but no text; run text recognition over the file and import the result.',
} as const;

/** Why a file gave no document. The codes are public: reports, pages and scripts go by them. */
export type DocumentErrorCode = keyof typeof MESSAGES;

/** Numbers only, so that no piece of a document reaches a log through an error. */
export type ErrorDetails = Record<string, number>;

const STATUS: Partial<Record<DocumentErrorCode, number>> = {
  'document.too_large': 413,
  'document.zip_bomb': 413,
  'document.unsupported': 415,
  'document.wrong_type': 415,
};

/** The one way a file fails. `later` is only for a file that may succeed another time; bad content never does. */
export function documentError(code: DocumentErrorCode, details: ErrorDetails = {}, retry: RetryVerdict = 'never', cause?: unknown): AppError {
  return new AppError(code, { status: STATUS[code] ?? 422, retry, message: MESSAGES[code], details, cause });
}

export function isDocumentErrorCode(code: string): code is DocumentErrorCode {
  return Object.hasOwn(MESSAGES, code);
}
