import { z } from 'zod';
import { Capability } from './administration.js';

/** The cookie of a signed-in person; its value is the sign-in's own business. */
export const SESSION_COOKIE = 'kontor_session';

export const Person = z.object({ id: z.string(), name: z.string() });
export type Person = z.infer<typeof Person>;

export const SignInRequest = z.object({ person: z.string().min(1).max(200) });
export type SignInRequest = z.infer<typeof SignInRequest>;

/** Who is signed in, what they may search, and what this installation lacks. */
export const Session = z.object({
  person: Person.extend({ administrator: z.boolean() }).nullable(),
  demo: z.boolean(),
  /** Whom one may be in the demo; empty elsewhere. */
  people: z.array(Person),
  corpora: z.array(z.object({ name: z.string(), documents: z.number().int() })),
  capabilities: z.array(Capability),
});
export type Session = z.infer<typeof Session>;
