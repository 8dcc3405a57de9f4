import { z } from 'zod';

/**
 * Who asks. The first argument of everything that reads.
 * `principals` are `corpus:group` (a group counts only in the corpus whose users file grants it),
 * `person:ID` and, for administrators, `role:administrator`.
 */
export const Scope = z.object({
  tenant: z.string().min(1),
  person: z.string().min(1),
  principals: z.array(z.string().min(1)).readonly(),
});
export type Scope = z.infer<typeof Scope>;

export const ADMINISTRATOR = 'role:administrator';
export const groupPrincipal = (corpus: string, group: string): string => `${corpus}:${group}`;
export const personPrincipal = (person: string): string => `person:${person}`;
