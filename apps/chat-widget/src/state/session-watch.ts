import type { Capability, Session } from '@kontor/contracts';
import type { Store } from './store.js';

const POLL_MS = 2_500;
const PREPARING: readonly string[] = ['waiting', 'fetching', 'loading'];

/** A model that is on its way needs patience, one that is missing needs a person. */
export const isPreparing = (capability: Capability): boolean => !capability.ready && PREPARING.includes(capability.state);

/** False while Kontor is still setting itself up: people and documents of the first start are being read, or a model loads. */
export function isSettled(session: Session): boolean {
  if (session.capabilities.some(isPreparing)) return false;
  return session.person === null ? !session.demo || session.people.length > 0 : session.corpora.length > 0;
}

/** Asks again while things change by themselves, so that nobody has to load the page anew. */
export class SessionWatch {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly store: Store) {}

  schedule(): void {
    clearTimeout(this.timer);
    const { session } = this.store.state;
    if (session !== null && !isSettled(session)) this.timer = setTimeout(() => void this.poll(), POLL_MS);
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private async poll(): Promise<void> {
    const before = this.store.state.session;
    // A failed look is no news: whatever the person does next will say that Kontor is not there.
    const session = await this.store.api.session().catch(() => null);
    // Someone may have signed in or out in the meantime.
    if (session !== null && this.store.state.session === before) this.store.update({ session });
    this.schedule();
  }
}
