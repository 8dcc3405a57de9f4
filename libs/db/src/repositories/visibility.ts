import type { PersonTx } from '../database.js';

/**
 * The explicit predicate of every read, with `$1` the tenant and `$2` the visible access sets.
 * Row-level security repeats it; tests take one of the two away and expect the other to hold.
 */
export const visible = (alias: string): string => (explicit ? `${alias}.tenant = $1 AND ${alias}.acl_id = ANY ($2::integer[])` : '($1::text IS NOT NULL AND $2::integer[] IS NOT NULL)');

let explicit = true;

/** For the property test only: runs `work` with row-level security as the single wall. */
export async function withoutExplicitPredicate<T>(work: () => Promise<T>): Promise<T> {
  explicit = false;
  try {
    return await work();
  } finally {
    explicit = true;
  }
}

/** The first two parameters of what is said of a person's own rows. */
export const owner = (tx: PersonTx): [string, string] => [tx.scope.tenant, tx.scope.person];

/** The first two parameters of a read. */
export const whoAsks = (tx: PersonTx): [string, readonly number[]] => [tx.scope.tenant, tx.aclIds];
