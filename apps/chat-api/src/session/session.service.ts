import { Inject, Injectable } from '@nestjs/common';
import type { Capability } from '@kontor/contracts';
import { corpora, people, type Person } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import type { Caller } from '@kontor/http';
import { CHAT_API_PORTS, type ChatApiPorts } from '../ports.js';

export interface Session {
  person: Person | null;
  demo: boolean;
  people: { id: string; name: string }[];
  corpora: { name: string; documents: number }[];
  capabilities: Capability[];
}

/** Who is signed in, what they may search, and what this installation lacks. */
@Injectable()
export class SessionService {
  constructor(@Inject(CHAT_API_PORTS) private readonly ports: ChatApiPorts) {}

  async describe(caller: Caller | null): Promise<Session> {
    const { database, tenant, demo } = this.ports;
    const everyone = await database.worker(tenant, (tx) => people.listPeople(tx));
    const visible = caller ? await database.person(caller, (tx) => corpora.visibleCorpora(tx)) : [];
    return {
      person: everyone.find((one) => one.id === caller?.person) ?? null,
      demo,
      people: demo ? everyone.map(({ id, name }) => ({ id, name })) : [],
      corpora: visible.map(({ name, documents }) => ({ name, documents })),
      capabilities: await this.ports.capabilities(),
    };
  }

  /** The cookie's value for one of the people; only in the demo, where anyone may be anyone. */
  async signIn(person: string): Promise<string> {
    if (!this.ports.demo) throw new AppError('sign_in.demo_off', { status: 403, message: 'The demo is off; sign in the way your company has set up.' });
    const known = await this.ports.database.worker(this.ports.tenant, (tx) => people.findScope(tx, person));
    if (!known) throw new AppError('sign_in.unknown_person', { status: 404, message: 'Nobody has this id.' });
    return this.ports.sessions.issue(person);
  }

  async callerOf(person: string): Promise<Caller | null> {
    const found = await this.ports.database.worker(this.ports.tenant, (tx) => people.findScope(tx, person));
    return found && { ...found.scope, administrator: found.person.administrator };
  }
}
