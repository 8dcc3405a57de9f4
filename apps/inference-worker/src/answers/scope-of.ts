import type { JobData, Scope } from '@kontor/contracts';
import { people, type Database } from '@kontor/db';

/** The rights of whoever asked, as they are now; null where nobody has that id any more. */
export async function scopeOf(database: Database, { tenant, person }: Pick<JobData<'answer.generate'>, 'tenant' | 'person'>): Promise<Scope | null> {
  const found = await database.worker(tenant, (tx) => people.findScope(tx, person));
  return found?.scope ?? null;
}
