import { createHmac, timingSafeEqual } from 'node:crypto';
import { ADMINISTRATOR, SESSION_COOKIE } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import type { Caller, Credentials, SignIn } from './sign-in.js';

export interface SessionSignInOptions {
  tenant: string;
  /** Signs sessions; the same in every process that shall know them. */
  key: Buffer;
  /** Whoever has it may act as anyone: the command line, and what an operator runs. */
  token: string;
  /** Whether a session that anyone may begin as anyone counts. */
  demo: boolean;
  find(person: string): Promise<Caller | null>;
}

/**
 * The demo's sign-in: a signed cookie names one of the people, and a bearer token is the operator, who may act as
 * anyone. Groups are read anew for each request, so that a change of rights holds at once.
 */
export class SessionSignIn implements SignIn {
  constructor(private readonly options: SessionSignInOptions) {}

  issue(person: string): string {
    const name = Buffer.from(person, 'utf8').toString('base64url');
    return `${name}.${this.sign(name)}`;
  }

  async identify({ headers, cookies }: Credentials): Promise<Caller | null> {
    if (headers.authorization !== undefined) return this.byToken(headers.authorization, headers['x-kontor-person']);
    const cookie = cookies.get(SESSION_COOKIE);
    if (!this.options.demo || !cookie) return null;
    const [name, signature] = cookie.split('.');
    if (name === undefined || signature === undefined || !same(signature, this.sign(name))) return null;
    return this.options.find(Buffer.from(name, 'base64url').toString('utf8'));
  }

  private async byToken(authorization: string, person: string | string[] | undefined): Promise<Caller> {
    const { token, tenant, find } = this.options;
    if (!same(authorization, `Bearer ${token}`)) throw new AppError('sign_in.refused', { status: 401, message: 'The token is not the one of this installation. The embedded shape makes one at each start: read it anew from the run file.' });
    if (typeof person !== 'string') return { tenant, person: 'operator', principals: [ADMINISTRATOR], administrator: true };
    const id = decoded(person);
    const found = await find(id);
    if (!found) throw new AppError('sign_in.unknown_person', { status: 404, message: `Nobody has the id "${id}".` });
    return found;
  }

  private sign(name: string): string {
    return createHmac('sha256', this.options.key).update(name).digest('base64url');
  }
}

/** The command line sends ids percent-encoded; what is no such code is an id as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
