import type { IncomingHttpHeaders } from 'node:http';
import type { Scope } from '@kontor/contracts';

/** Who sent a request. */
export interface Caller extends Scope {
  administrator: boolean;
}

/** What a request shows about its sender. */
export interface Credentials {
  headers: IncomingHttpHeaders;
  cookies: ReadonlyMap<string, string>;
  remoteAddress: string;
}

/** The port for signing in: the demo's sessions, tokens of an identity provider, a proxy that signs in. */
export interface SignIn {
  /** @returns null where the request names nobody; throws an AppError where it names someone wrongly */
  identify(credentials: Credentials): Promise<Caller | null>;
}
