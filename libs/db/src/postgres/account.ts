import pg from 'pg';
import { AppError } from '@kontor/kernel';
import type { Engine, Session } from '../engine.js';
import { ROLES } from '../guard.js';

/** Whoever may be one of these can do what a superuser can. */
const STRONG = ['pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'];
const SERVICE_NAMES = ['kontor_service', 'kontor_application'];

interface Account {
  name: string;
  strong: boolean;
  bypasses: boolean;
  owned: string | null;
  lessen: string;
}

/** The account that an address signs in as. */
export const accountOf = (url: string): string => new pg.Client({ connectionString: url }).user ?? '';

/**
 * Refuses an account that could get around row-level security, whatever role its transactions take on: who owns a table
 * can take its policies away. Names the statements that mend it.
 */
export async function assertServiceAccount(engine: Engine): Promise<void> {
  await engine.withSession('background', async (session) => {
    const [account] = await session.query<Account>(
      `SELECT rolname AS name, rolsuper AS strong, rolbypassrls AS bypasses, format('ALTER ROLE %I NOBYPASSRLS;', rolname) AS lessen,
         (SELECT string_agg(relname, ', ' ORDER BY relname) FROM (SELECT relname FROM pg_class WHERE relowner = r.oid AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname LIMIT 3) t) AS owned
       FROM pg_roles r WHERE rolname = session_user`,
    );
    const mends = account!.strong || account!.owned !== null ? await anotherAccount(session, account!.name) : [];
    if (account!.bypasses && !account!.strong) mends.push(account!.lessen);
    mends.push(...(await strongMemberships(session)));
    if (mends.length > 0) throw tooStrong(account!, mends);
  });
}

function tooStrong(account: Account, mends: string[]): AppError {
  const why = account.strong ? 'is a superuser' : account.owned !== null ? `owns ${account.owned}` : account.bypasses ? 'has BYPASSRLS' : 'may become a stronger one';
  const change = account.strong || account.owned !== null ? ' Name the new account with its password in KONTOR_DATABASE_URL, and leave this one to KONTOR_DATABASE_OWNER_URL.' : '';
  return new AppError('store.role_bypasses_rls', {
    message: `The account ${account.name} ${why}, so row-level security would not hold, and Kontor does not start. An administrator of the database runs: ${mends.join(' ')}${change}`,
    details: { account: account.name, mends },
  });
}

/** An owner stays one, and a superuser cannot always be made less: what mends it is another account for the services. */
async function anotherAccount(session: Session, name: string): Promise<string[]> {
  const service = SERVICE_NAMES.find((candidate) => candidate !== name)!;
  const there = await session.query('SELECT rolname FROM pg_roles WHERE rolname = $1', [service]);
  return [...(there.length === 0 ? [`CREATE ROLE ${service} LOGIN;`] : []), `GRANT ${ROLES.join(', ')} TO ${service} WITH INHERIT FALSE, SET TRUE;`];
}

// What is wrong with the roles of transactions themselves, `assertRowSecurity` says.
async function strongMemberships(session: Session): Promise<string[]> {
  const rows = await session.query<{ mend: string }>(
    `SELECT format('REVOKE %I FROM %I;', granted.rolname, member.rolname) AS mend
     FROM pg_auth_members m JOIN pg_roles granted ON granted.oid = m.roleid JOIN pg_roles member ON member.oid = m.member
     WHERE member.rolname = session_user AND NOT member.rolsuper AND granted.rolname <> ALL ($2::text[]) AND EXISTS (
       SELECT FROM pg_roles strong WHERE pg_has_role(granted.oid, strong.oid, 'MEMBER') AND (strong.rolsuper OR strong.rolbypassrls OR strong.rolname = ANY ($1::text[])
         OR EXISTS (SELECT FROM pg_class WHERE relowner = strong.oid AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace)))
     ORDER BY 1`,
    [STRONG, [...ROLES]],
  );
  return rows.map((row) => row.mend);
}
