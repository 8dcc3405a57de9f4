import { z } from 'zod';

export const QUESTION_UNITS_MAX = 4_000;
export const SEARCH_HITS_MAX = 20;

/** What a person typed: control characters are dropped, the rest is trimmed and bounded. */
export const Question = z
  .string()
  .max(QUESTION_UNITS_MAX, `must be at most ${QUESTION_UNITS_MAX} characters; ask one question at a time`)
  // Control and format characters carry no meaning in a question, but they can hide text from a reader.
  .transform((text) => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').replace(/\s+/g, ' ').trim())
  .pipe(z.string().min(1, 'must hold a question'));

export const SearchRequest = z.object({
  question: Question,
  corpus: z.string().min(1).max(200).optional(),
  history: z.array(Question).max(20).default([]),
  limit: z.number().int().min(1).max(SEARCH_HITS_MAX).default(SEARCH_HITS_MAX),
});
export type SearchRequest = z.infer<typeof SearchRequest>;

/** A range is in UTF-16 code units of the document's extracted text. */
export const SearchHit = z.object({
  documentId: z.string(),
  corpus: z.string(),
  path: z.string(),
  title: z.string(),
  headingPath: z.array(z.string()),
  page: z.number().int().nullable(),
  text: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  score: z.number(),
});
export type SearchHit = z.infer<typeof SearchHit>;

const SearchMode = z.enum(['hybrid', 'lexical']);
export const SearchResponse = z.object({ hits: z.array(SearchHit), mode: SearchMode, searchMs: z.number(), notices: z.array(z.string()) });
export type SearchResponse = z.infer<typeof SearchResponse>;
