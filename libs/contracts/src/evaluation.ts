import { z } from 'zod';
import { CorpusName } from './administration.js';

/** A line of `questions.jsonl`; fields that a corpus does not use are absent. */
export const EvaluationQuestion = z.object({
  id: z.string().min(1),
  lang: z.enum(['de', 'en']).optional(),
  kind: z.enum(['answerable', 'unanswerable', 'restricted']),
  style: z.string().optional(),
  uses_lexicon: z.boolean().optional(),
  question: z.string().min(1),
  asked_by: z.string().min(1),
  gold: z.array(z.object({ doc: z.string(), section: z.string().optional(), quote: z.string() })).default([]),
  gold_mode: z.enum(['all', 'any']).default('all'),
  answer_has: z.array(z.array(z.string())).default([]),
  history: z.array(z.union([z.string(), z.object({ question: z.string() })])).default([]),
});
export type EvaluationQuestion = z.infer<typeof EvaluationQuestion>;

export const EvaluationLine = z.object({
  id: z.string(),
  user: z.string(),
  hits: z.array(z.object({ doc: z.string(), section: z.string(), text: z.string(), start: z.number(), end: z.number(), score: z.number() })),
  answer: z
    .object({
      status: z.enum(['answered', 'abstained']),
      text: z.string(),
      citations: z.array(z.object({ doc: z.string(), start: z.number(), end: z.number(), quote: z.string() })),
      claims: z.number().int(),
      supported: z.number().int(),
      model: z.string(),
      /** Code of the error where the answer failed; it then counts as abstained. */
      error: z.string().optional(),
    })
    .optional(),
  timings: z.object({ search_ms: z.number(), first_token_ms: z.number().nullable(), total_ms: z.number() }),
});
export type EvaluationLine = z.infer<typeof EvaluationLine>;

/** What is kept of an evaluation: the figures over its answerable questions, and how many showed what they must not. */
export const EvaluationRecord = z.object({
  corpus: CorpusName,
  questions: z.number().int().min(1),
  /** Recall@10 and MRR@10, as `kontor eval` prints them. */
  recall: z.number().min(0).max(1),
  reciprocalRank: z.number().min(0).max(1),
  leaks: z.number().int().min(0),
});
export type EvaluationRecord = z.infer<typeof EvaluationRecord>;

export interface EvaluationStatus extends EvaluationRecord {
  ageMs: number;
}
