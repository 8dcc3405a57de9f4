import { z } from 'zod';
import { Feedback } from './feedback.js';
import { Question, SearchHit } from './search.js';

export const AskRequest = z.object({ question: Question, corpus: z.string().min(1).max(200).optional() });
export type AskRequest = z.infer<typeof AskRequest>;

export const MessageStatus = z.enum(['queued', 'running', 'answered', 'abstained', 'stopped', 'failed']);
export type MessageStatus = z.infer<typeof MessageStatus>;

/** A passage that search found for the question, numbered as the person sees it. */
export const Source = SearchHit.omit({ text: true }).extend({ ordinal: z.number().int().min(1) });
export type Source = z.infer<typeof Source>;

/** One sentence of the answer and the passage that carries it; `source` is null where none does. */
export const Citation = z.object({
  answerStart: z.number().int(),
  answerEnd: z.number().int(),
  supported: z.boolean(),
  source: z.number().int().nullable(),
  documentId: z.string().nullable(),
  path: z.string().nullable(),
  start: z.number().int().nullable(),
  end: z.number().int().nullable(),
  quote: z.string().nullable(),
});
export type Citation = z.infer<typeof Citation>;

export const Verification = z.object({ claims: z.number().int(), supported: z.number().int(), status: MessageStatus, model: z.string() });
export type Verification = z.infer<typeof Verification>;

export const Message = z.object({
  id: z.string(),
  role: z.enum(['user', 'assistant']),
  text: z.string().nullable(),
  /** True where the text is held back because a document it used is no longer readable to the person. */
  withheld: z.boolean(),
  status: MessageStatus,
  model: z.string().nullable(),
  /** Sentences that the answer's writer stands for, and how many of them a document carries; quotes under them do not count. */
  claims: z.number().int(),
  supported: z.number().int(),
  createdAt: z.string(),
  sources: z.array(Source),
  citations: z.array(Citation),
  /** What the person said of it; one of an older version says nothing. */
  feedback: Feedback.nullable().default(null),
});
export type Message = z.infer<typeof Message>;

export const Conversation = z.object({ id: z.string(), title: z.string(), corpus: z.string().nullable(), createdAt: z.string() });
export type Conversation = z.infer<typeof Conversation>;

export const NewConversation = z.object({ corpus: z.string().min(1).max(200).nullish() });
export type NewConversation = z.infer<typeof NewConversation>;

export const ConversationWithMessages = z.object({ conversation: Conversation, messages: z.array(Message) });
export type ConversationWithMessages = z.infer<typeof ConversationWithMessages>;
