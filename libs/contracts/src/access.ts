import { z } from 'zod';

/** `access.json`: the longest matching path prefix names the groups that may read a document. */
export const AccessFile = z
  .object({
    version: z.literal(1).default(1),
    match: z.literal('longest_prefix').default('longest_prefix'),
    paths_relative_to: z.string().optional(),
    groups: z.array(z.string().min(1)).min(1),
    prefixes: z.record(z.string(), z.array(z.string().min(1)).min(1)),
  })
  .superRefine((file, context) => {
    const known = new Set(file.groups);
    for (const [prefix, groups] of Object.entries(file.prefixes)) {
      for (const group of groups) {
        if (known.has(group)) continue;
        context.addIssue({ code: 'custom', path: ['prefixes', prefix], message: `names the unknown group "${group}"; add it to "groups" or correct it` });
      }
    }
  });
export type AccessFile = z.infer<typeof AccessFile>;

/** `users.json`: the people and their groups; everyone named also has the implicit groups. */
export const UsersFile = z.object({
  implicit_groups: z.array(z.string().min(1)).default([]),
  users: z
    .array(z.object({ id: z.string().min(1).max(200), name: z.string().optional(), groups: z.array(z.string().min(1)), administrator: z.boolean().optional() }))
    .max(1_000_000),
});
export type UsersFile = z.infer<typeof UsersFile>;

/** `lexicon.json`: what people in the firm say, and what the documents say. */
export const LexiconFile = z.array(
  z.object({ term: z.string().min(1), kind: z.string().min(1), expands: z.array(z.string().min(1)).min(1), weight: z.number().positive().max(10) }),
);
export type LexiconFile = z.infer<typeof LexiconFile>;
