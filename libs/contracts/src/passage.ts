import { z } from 'zod';

/** A range in UTF-16 code units of the document's extracted text, as it stands in an address. */
export const PassageRange = z.object({ start: z.coerce.number().int().min(0).default(0), end: z.coerce.number().int().min(0).default(0) });
export type PassageRange = z.infer<typeof PassageRange>;

/** A piece of a document's layout; lists and tables are written as in Markdown, whatever the format was. */
export const DocumentBlock = z.object({
  kind: z.enum(['heading', 'paragraph', 'list', 'table', 'code', 'quote']),
  /** 1 to 6, for headings only. */
  level: z.number().int().optional(),
  start: z.number().int(),
  end: z.number().int(),
  page: z.number().int().optional(),
});
export type DocumentBlock = z.infer<typeof DocumentBlock>;

/** A stretch of a document: `text` stands from `textStart` to `textEnd`, the passage asked for from `start` to `end`. */
export const Passage = z.object({
  id: z.string(),
  title: z.string(),
  path: z.string(),
  corpus: z.string(),
  mediaType: z.string(),
  text: z.string(),
  textStart: z.number().int(),
  textEnd: z.number().int(),
  totalUnits: z.number().int(),
  start: z.number().int(),
  end: z.number().int(),
  /** The layout of the stretch; its first and last block may reach beyond it. Empty where none is known. */
  blocks: z.array(DocumentBlock),
});
export type Passage = z.infer<typeof Passage>;
