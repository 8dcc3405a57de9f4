import { z } from 'zod';
import { documentError } from '../errors.js';
import type { ParseReply } from './protocol.js';

const Block = z.object({
  kind: z.enum(['heading', 'paragraph', 'list', 'table', 'code', 'quote']),
  level: z.int().min(1).max(6).optional(),
  start: z.int().min(0),
  end: z.int().min(1),
  page: z.int().min(1).optional(),
});

const Document = z
  .object({
    text: z.string().min(1),
    title: z.string().min(1).max(300),
    mediaType: z.string().max(100),
    blocks: z.array(Block).min(1),
    metadata: z.record(z.string().max(100), z.string().max(2_000)).optional(),
  })
  .refine(({ text, blocks }) => blocks.every(({ start, end }, index) => start < end && start >= (blocks[index - 1]?.end ?? 0) && end <= text.length), 'ranges are in order, disjoint and inside the text');

const Reply = z.discriminatedUnion('ok', [
  z.object({ id: z.int(), ok: z.literal(true), document: Document }),
  z.object({ id: z.int(), ok: z.literal(false), code: z.string().max(100), details: z.record(z.string().max(100), z.number()) }),
]);

/** The child handled an untrusted file, so what it says is checked like any other input. */
export function readReply(message: unknown, id: number): ParseReply {
  const reply = Reply.safeParse(message);
  if (!reply.success || reply.data.id !== id) throw documentError('document.crashed', {}, 'never', reply.error);
  return reply.data;
}
