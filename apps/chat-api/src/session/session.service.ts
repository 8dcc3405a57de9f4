import { Inject, Injectable } from '@nestjs/common';
import { Session } from '@kontor/contracts';
import { corpora, people } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import type { Caller } from '@kontor/http';
import { CHAT_API_PORTS, type ChatApiPorts } from '../ports.js';

/** Who is signed in, what they may search, and what this installation lacks. */
@Injectable()
export class SessionService {
  constructor(@Inject(CHAT_API_PORTS) private readonly ports: ChatApiPorts) {}

  async describe(caller: Caller | null): Promise<Session> {
    const { database, tenant, demo } = this.ports;
    const everyone = await database.worker(tenant, (tx) => people.listPeople(tx));
    const visible = caller ? await database.person(caller, (tx) => corpora.visibleCorpora(tx)) : [];
    // The schema drops what the page has no use for, such as who else administers.
    return Session.parse({
      person: everyone.find((one) => one.id === caller?.person) ?? null,
      demo,
      people: demo ? everyone : [],
      corpora: visible,
      capabilities: await this.ports.capabilities(),
    });
  }

  /** Signs in as one of the people; only in the demo, where anyone may be anyone. */
  async signIn(person: string): Promise<{ cookie: string; session: Session }> {
    if (!this.ports.demo) throw new AppError('sign_in.demo_off', { status: 403, message: 'The demo is off; sign in the way your company has set up.' });
    const found = await this.ports.database.worker(this.ports.tenant, (tx) => people.findCaller(tx, person));
    if (!found) throw new AppError('sign_in.unknown_person', { status: 404, message: 'Nobody has this id.' });
    const session = await this.describe(found);
    return { cookie: this.ports.sessions.issue(person), session };
  }
}
