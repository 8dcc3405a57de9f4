import { z } from 'zod';
import { Citation, Source, Verification } from './chat.js';

/**
 * The parts of an answer's stream: the AI SDK's UI message stream (version 1) with Kontor's own `data-*` parts.
 * Each part travels as one `data:` line; the SSE `id:` is the part's sequence number.
 */
export const StreamPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), messageId: z.string() }),
  z.object({ type: z.literal('data-queue'), data: z.object({ position: z.number().int(), estimateMs: z.number().nullable() }), transient: z.literal(true).optional() }),
  z.object({ type: z.literal('data-sources'), data: z.array(Source) }),
  z.object({ type: z.literal('data-notice'), data: z.object({ code: z.string(), text: z.string() }) }),
  z.object({ type: z.literal('text-start'), id: z.string() }),
  z.object({ type: z.literal('text-delta'), id: z.string(), delta: z.string() }),
  /** Replaces the text so far: a draft that did not hold up gives way to what the documents say. */
  z.object({ type: z.literal('data-replace'), data: z.object({ text: z.string() }) }),
  z.object({ type: z.literal('data-citation'), data: Citation }),
  z.object({ type: z.literal('text-end'), id: z.string() }),
  z.object({ type: z.literal('data-verification'), data: Verification }),
  z.object({ type: z.literal('error'), errorText: z.string(), code: z.string().optional() }),
  z.object({ type: z.literal('abort') }),
  z.object({ type: z.literal('finish') }),
]);
export type StreamPart = z.infer<typeof StreamPart>;
