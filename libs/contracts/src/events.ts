import { z } from 'zod';
import { FeedbackReason, FeedbackVerdict } from './feedback.js';

const Id = z.string().min(1);

/** Every event of Kontor, past tense; the name carries no version, its topic does. */
export const events = {
  'document.indexed': z.object({ corpusId: Id, documentId: Id, chunks: z.number().int() }),
  'document.removed': z.object({ corpusId: Id, documentId: Id }),
  'access.changed': z.object({ corpusId: Id }),
  'generation.switched': z.object({ corpusId: Id, generationId: Id, embedder: Id }),
  'question.asked': z.object({ messageId: Id, conversationId: Id }),
  'answer.finished': z.object({ messageId: Id, status: z.string(), model: z.string() }),
  /** `verdict` is null where it was taken back, `before` where there was none; `askedAt` is when the question was asked. */
  'feedback.given': z.object({ messageId: Id, verdict: FeedbackVerdict.nullable(), before: FeedbackVerdict.nullable(), reason: FeedbackReason.nullable(), askedAt: z.iso.datetime() }),
  'model.changed': z.object({ kind: z.enum(['chat', 'embedder']), model: Id }),
  'audit.recorded': z.object({ auditId: z.uuid(), actor: Id, action: Id, target: z.string(), outcome: z.enum(['begun', 'done', 'failed']), code: z.string().nullable() }),
} as const;
export type EventType = keyof typeof events;
export type EventPayload<Type extends EventType> = z.infer<(typeof events)[Type]>;

/** An event as it travels: `id` makes consumers idempotent, `aggregate` orders what belongs together. */
export interface KontorEvent<Type extends EventType = EventType> {
  id: string;
  tenant: string;
  aggregate: string;
  type: Type;
  payload: EventPayload<Type>;
  createdAt: string;
  /** Of the trace in which it was announced; a header on the way, and no part of what was announced. */
  traceparent?: string;
}
