import { AppError } from '@kontor/kernel';
import type { Engine, Session } from './engine.js';

export const ROLES = ['kontor_app', 'kontor_worker', 'kontor_search'] as const;
const VECTOR_MIN = '0.8.5';

/** Makes the roles of Kontor's transactions where they are missing; they are the server's, not the database's. */
export async function ensureRoles(engine: Engine): Promise<void> {
  await engine.withSession('background', async (session) => {
    const rows = await session.query<{ rolname: string }>('SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::text[])', [[...ROLES]]);
    const present = new Set(rows.map((row) => row.rolname));
    for (const role of ROLES.filter((name) => !present.has(name))) await createRole(session, role);
    for (const role of ROLES) await allowSetRole(session, role);
  });
}

const creation = (role: string): string => `CREATE ROLE ${role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT`;

async function createRole(session: Session, role: string): Promise<void> {
  try {
    // Another process may be making it at this moment: that is as good.
    await session.script(`DO $$ BEGIN ${creation(role)}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
  } catch (cause) {
    throw new AppError('store.roles_missing', { message: `The database has no role ${role}, and this account may not create it. An administrator of the server runs: ${creation(role)};`, cause });
  }
}

async function allowSetRole(session: Session, role: string): Promise<void> {
  const [row] = await session.query<{ allowed: boolean; mend: string }>(`SELECT pg_has_role(current_user, $1, 'SET') AS allowed, ${GRANT} AS mend`, [role]);
  if (row!.allowed) return;
  await session.script(row!.mend).catch((cause: unknown) => {
    throw mayNotTake(row!.mend, cause);
  });
}

const GRANT = `format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE;', $1::text, current_user)`;
const mayNotTake = (mends: string, cause?: unknown): AppError =>
  new AppError('store.roles_missing', { message: `This account may not take the roles of Kontor's transactions. The owner of the database runs: ${mends}`, details: { mends }, cause });

/** Refuses an account that may not take on the roles of Kontor's transactions; it changes nothing. */
export async function assertRoles(engine: Engine): Promise<void> {
  await engine.withSession('background', async (session) => {
    const mends: string[] = [];
    for (const role of ROLES) {
      const [row] = await session.query<{ missing: boolean; mend: string }>(`SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND pg_has_role(current_user, oid, 'SET')) AS missing, ${GRANT} AS mend`, [role]);
      if (row!.missing) mends.push(row!.mend);
    }
    if (mends.length > 0) throw mayNotTake(mends.join(' '));
  });
}

/** Refuses a server whose pgvector is missing or has the known faults of older versions; where told so, makes it in the database. */
export async function ensureVector(engine: Engine, create = true): Promise<void> {
  await engine.withSession('background', async (session) => {
    const [row] = await session.query<{ available: string | null; installed: string | null }>(
      `SELECT (SELECT default_version FROM pg_available_extensions WHERE name = 'vector') AS available,
              (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS installed`,
    );
    const mend = mendVector(row!.installed, row!.available);
    if (mend !== null) throw vectorMissing(mend);
    if (row!.installed !== null) return;
    if (!create) throw vectorMissing('Run: kontor migrate. Or the owner of the database runs in it: CREATE EXTENSION vector;');
    await session.script('CREATE EXTENSION IF NOT EXISTS vector').catch((cause: unknown) => {
      throw vectorMissing('An administrator of the server runs in this database: CREATE EXTENSION vector;', cause);
    });
  });
}

/** What somebody has to do so that pgvector is there and new enough; null where it is. */
export function mendVector(installed: string | null, available: string | null): string | null {
  const version = installed ?? available;
  if (version === null) return `Install pgvector ${VECTOR_MIN} or newer on the database server.`;
  if (!isOlder(version, VECTOR_MIN)) return null;
  const update = 'ALTER EXTENSION vector UPDATE;';
  if (available !== null && !isOlder(available, VECTOR_MIN)) return `An administrator of the server runs in this database: ${update}`;
  return `The server has pgvector ${version}; install ${VECTOR_MIN} or newer, then run: ${update}`;
}

function vectorMissing(mend: string, cause?: unknown): AppError {
  return new AppError('store.vector_missing', { message: `Kontor needs pgvector ${VECTOR_MIN} or newer. ${mend}`, details: { versionMin: VECTOR_MIN }, cause });
}

export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (a![i] ?? 0) - (b![i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Refuses to run when row-level security would not hold, and names the statement that mends it. */
export async function assertRowSecurity(engine: Engine): Promise<void> {
  const mends = await engine.withSession('background', (session) => findBypasses(session));
  if (mends.length === 0) return;
  throw new AppError('store.role_bypasses_rls', {
    message: `Row-level security would not hold, so Kontor does not start. An administrator of the database runs: ${mends.join(' ')}`,
    details: { mends },
  });
}

async function findBypasses(session: Session): Promise<string[]> {
  const roles = await session.query<{ mend: string }>(
    `SELECT format('ALTER ROLE %I NOSUPERUSER NOBYPASSRLS;', rolname) AS mend
       FROM pg_roles WHERE rolname = ANY ($1::text[]) AND (rolsuper OR rolbypassrls)`,
    [[...ROLES]],
  );
  // Whoever can take a stronger role could take it in the middle of a person's transaction.
  const memberships = await session.query<{ mend: string }>(
    `SELECT format('REVOKE %I FROM %I;', granted.rolname, member.rolname) AS mend
       FROM pg_auth_members m JOIN pg_roles granted ON granted.oid = m.roleid JOIN pg_roles member ON member.oid = m.member
      WHERE member.rolname = ANY ($1::text[])`,
    [[...ROLES]],
  );
  const tables = await session.query<{ mend: string }>(
    `SELECT format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY; ALTER TABLE %I FORCE ROW LEVEL SECURITY;', relname, relname) AS mend
       FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)
        AND (relname = 'tenant' OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'tenant' AND NOT attisdropped)) ORDER BY relname`,
  );
  const owned = await session.query<{ mend: string }>(
    `SELECT format('ALTER TABLE %I OWNER TO CURRENT_USER;', relname) AS mend
       FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE relkind IN ('r', 'p') AND rolname = ANY ($1::text[]) ORDER BY relname`,
    [[...ROLES]],
  );
  return [roles, memberships, tables, owned].flatMap((result) => result.map((row) => row.mend));
}
