import { z } from 'zod';

export interface ParseRequest {
  id: number;
  path: string;
  name: string;
  pagesMax: number;
  textUnitsMax: number;
}

/** The child read an untrusted file, so what it says is checked like any other input. */
export const ParseReply = z.discriminatedUnion('ok', [
  z.object({
    id: z.number(),
    ok: z.literal(true),
    document: z.object({
      text: z.string(),
      title: z.string().transform((title) => title.replace(/\s+/g, ' ').trim().slice(0, 300)),
      mediaType: z.string().max(200),
      blocks: z.array(
        z.object({
          kind: z.enum(['heading', 'paragraph', 'list', 'table', 'code', 'quote']),
          level: z.number().int().min(1).max(6).optional(),
          start: z.number().int().min(0),
          end: z.number().int().min(0),
          page: z.number().int().min(1).optional(),
        }),
      ),
    }),
  }),
  z.object({ id: z.number(), ok: z.literal(false), code: z.string(), details: z.record(z.string(), z.number()) }),
]);
export type ParseReply = z.infer<typeof ParseReply>;
