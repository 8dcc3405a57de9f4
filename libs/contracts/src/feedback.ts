import { z } from 'zod';

export const FeedbackVerdict = z.enum(['helpful', 'unhelpful']);
export type FeedbackVerdict = z.infer<typeof FeedbackVerdict>;

export const FeedbackReason = z.enum(['wrong', 'incomplete', 'outdated', 'unclear']);
export type FeedbackReason = z.infer<typeof FeedbackReason>;

export const REMARK_UNITS_MAX = 1_000;

/** What a person says of an answer; why, only where it was of no help. */
export const Feedback = z.object({
  verdict: FeedbackVerdict,
  reason: FeedbackReason.nullable().default(null),
  // As in questions, what hides text from a reader is dropped; lines stay.
  remark: z.string().max(REMARK_UNITS_MAX).transform((text) => text.replace(/[^\P{Cc}\n]|\p{Cf}/gu, ' ').trim() || null).nullable().default(null),
  /** Whether administrators may read the question as well; without it they see of it only which documents were found. */
  withQuestion: z.boolean().default(false),
}).refine(({ verdict, reason }) => reason === null || verdict === 'unhelpful', { path: ['reason'], message: 'goes with the verdict "unhelpful" only' });
export type Feedback = z.infer<typeof Feedback>;

/** What administrators read: nobody's name, and no word of the answer, which may quote what they may not read. */
export const FeedbackEntry = z.object({
  answerId: z.string(),
  verdict: FeedbackVerdict,
  reason: FeedbackReason.nullable(),
  remark: z.string().nullable(),
  /** Null where the person did not send it along. */
  question: z.string().nullable(),
  givenAt: z.string(),
  status: z.string(),
  model: z.string().nullable(),
  claims: z.number().int(),
  supported: z.number().int(),
  /** Those that search found for the answer and that are still there. */
  documents: z.array(z.object({ corpus: z.string(), path: z.string() })),
});
export type FeedbackEntry = z.infer<typeof FeedbackEntry>;
