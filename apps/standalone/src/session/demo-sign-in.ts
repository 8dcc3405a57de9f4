import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADMINISTRATOR, SESSION_COOKIE } from '@kontor/contracts';
import { people, type Database } from '@kontor/db';
import type { Caller, Credentials, SignIn } from '@kontor/http';
import { AppError } from '@kontor/kernel';

const KEY_BYTES = 32;

/** The key that signs sessions; kept beside the store, so that a restart signs nobody out. */
export async function sessionKey(directory: string): Promise<Buffer> {
  const path = join(directory, 'session.key');
  const kept = await readFile(path).catch(() => null);
  if (kept?.length === KEY_BYTES) return kept;
  const fresh = randomBytes(KEY_BYTES);
  await writeFile(path, fresh, { mode: 0o600 });
  return fresh;
}

/**
 * The demo's sign-in: a signed cookie names one of the people, and the token of the run file is the command line,
 * which may act as anyone. Groups are read anew for each request, so that a change of rights holds at once.
 */
export class DemoSignIn implements SignIn {
  constructor(
    private readonly database: Database,
    private readonly tenant: string,
    private readonly key: Buffer,
    private readonly token: string,
    private readonly demo: boolean,
  ) {}

  issue(person: string): string {
    const name = Buffer.from(person, 'utf8').toString('base64url');
    return `${name}.${this.sign(name)}`;
  }

  async identify({ headers, cookies }: Credentials): Promise<Caller | null> {
    if (headers.authorization !== undefined) return this.byToken(headers.authorization, headers['x-kontor-person']);
    const cookie = cookies.get(SESSION_COOKIE);
    if (!this.demo || !cookie) return null;
    const [name, signature] = cookie.split('.');
    if (name === undefined || signature === undefined || !same(signature, this.sign(name))) return null;
    return this.find(Buffer.from(name, 'base64url').toString('utf8'));
  }

  private async byToken(authorization: string, person: string | string[] | undefined): Promise<Caller> {
    if (!same(authorization, `Bearer ${this.token}`)) throw new AppError('sign_in.refused', { status: 401, message: 'The token is not the one of this start; read it anew from the run file.' });
    if (typeof person !== 'string') return { tenant: this.tenant, person: 'operator', principals: [ADMINISTRATOR], administrator: true };
    const id = decoded(person);
    const found = await this.find(id);
    if (!found) throw new AppError('sign_in.unknown_person', { status: 404, message: `Nobody has the id "${id}".` });
    return found;
  }

  private async find(person: string): Promise<Caller | null> {
    const found = await this.database.worker(this.tenant, (tx) => people.findScope(tx, person));
    return found && { ...found.scope, administrator: found.person.administrator };
  }

  private sign(name: string): string {
    return createHmac('sha256', this.key).update(name).digest('base64url');
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
