import { AppError } from '@kontor/kernel';
import type { Engine, Session } from '../engine.js';
import { MIGRATION_LOCK } from '../migrate.js';
import { quoted } from './tables.js';

export const OWNER_POLICY = 'owner_copies';
/** Null and '' for whoever has not made the setting, as with all others: a forgotten one shows no row. */
const CONDITION = `(SELECT current_setting('app.copying', true)) = 'on'`;

/**
 * Row-level security is forced, so it holds for the owner of the tables too, and a copy would find them empty. The owner,
 * and nobody else, therefore has a policy that shows every row in a transaction that says that it copies. It opens no way
 * that the owner did not have, who could lift the security itself; but lifting it would lock the tables, and a copy that
 * is killed would leave them open. Tables that a migration added are found here, so none is forgotten.
 */
export async function ensureOwnerCopies(engine: Engine): Promise<void> {
  await engine.withSession('background', async (session) => {
    const missing = 'r.rolname = current_user AND NOT r.rolsuper AND NOT r.rolbypassrls';
    if ((await withoutPolicy(session, missing)).length === 0) return;
    await session.script('BEGIN');
    try {
      await session.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      // Asked again: another process may have been first. After a change of owners the policy is still the former one's.
      for (const { name } of await withoutPolicy(session, missing)) {
        await session.script(`DROP POLICY IF EXISTS ${OWNER_POLICY} ON ${quoted(name)}; CREATE POLICY ${OWNER_POLICY} ON ${quoted(name)} TO CURRENT_USER USING (${CONDITION}) WITH CHECK (${CONDITION})`);
      }
      await session.script('COMMIT');
    } catch (error) {
      await session.script('ROLLBACK');
      throw error;
    }
  });
}

/** Refuses an account before whom rows would be hidden: a copy without them would look whole. */
export async function assertMayCopy(session: Session): Promise<void> {
  const hidden = await withoutPolicy(session, '(SELECT NOT rolsuper AND NOT rolbypassrls FROM pg_roles WHERE rolname = current_user)');
  if (hidden.length === 0) return;
  throw new AppError('copy.not_owner', {
    message: `Row-level security would hide rows of ${hidden[0]!.name} from this account. Use the account that owns Kontor's tables (${hidden[0]!.owner}), or a superuser.`,
    details: { tables: hidden.map((table) => table.name) },
  });
}

function withoutPolicy(session: Session, condition: string): Promise<{ name: string; owner: string }[]> {
  return session.query(
    `SELECT c.relname AS name, r.rolname AS owner FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity AND ${condition}
        AND NOT EXISTS (SELECT FROM pg_policy p JOIN pg_roles a ON a.oid = ANY (p.polroles) WHERE p.polrelid = c.oid AND p.polname = $1 AND a.rolname = current_user)
      ORDER BY c.relname`,
    [OWNER_POLICY],
  );
}
