import { ADMINISTRATOR, groupPrincipal, personPrincipal, type AccessFile, type Scope, type UsersFile } from '@kontor/contracts';
import type { WorkerTx } from '../database.js';

export interface Person {
  id: string;
  name: string;
  administrator: boolean;
}

/** Replaces the people of a corpus's users file; a group counts only within that corpus. */
export async function replaceUsers(tx: WorkerTx, corpusId: string, file: UsersFile): Promise<void> {
  await tx.query('DELETE FROM corpus_person WHERE tenant = $1 AND corpus_id = $2', [tx.tenant, corpusId]);
  await tx.query(
    `INSERT INTO corpus_person (tenant, corpus_id, person, name, administrator)
     SELECT $1, $2, person, name, administrator FROM unnest($3::text[], $4::text[], $5::boolean[]) AS new (person, name, administrator)`,
    [tx.tenant, corpusId, file.users.map((user) => user.id), file.users.map((user) => user.name ?? null), file.users.map((user) => user.administrator ?? false)],
  );
  const rows = file.users.flatMap((user) => [...new Set([...file.implicit_groups, ...user.groups])].map((group) => ({ person: user.id, group })));
  await tx.query(
    `INSERT INTO membership (tenant, corpus_id, person, group_name) SELECT $1, $2, person, group_name FROM unnest($3::text[], $4::text[]) AS new (person, group_name)`,
    [tx.tenant, corpusId, rows.map((row) => row.person), rows.map((row) => row.group)],
  );
}

export async function replaceRules(tx: WorkerTx, corpusId: string, file: AccessFile): Promise<void> {
  await tx.query('DELETE FROM access_rule WHERE tenant = $1 AND corpus_id = $2', [tx.tenant, corpusId]);
  const rules = Object.entries(file.prefixes);
  // Lists of lists travel as JSON: unnest would flatten them.
  await tx.query(
    `INSERT INTO access_rule (tenant, corpus_id, prefix, groups)
     SELECT $1, $2, prefix, ARRAY(SELECT jsonb_array_elements_text(groups::jsonb)) FROM unnest($3::text[], $4::text[]) AS new (prefix, groups)`,
    [tx.tenant, corpusId, rules.map(([prefix]) => prefix), rules.map(([, groups]) => JSON.stringify(groups))],
  );
  await tx.query('UPDATE corpus SET rules_set_at = now() WHERE tenant = $1 AND id = $2', [tx.tenant, corpusId]);
}

/** How long ago the rules of each corpus that has some were last set, by the clock of the database. */
export function ruleAges(tx: WorkerTx): Promise<{ corpus: string; ageMs: number }[]> {
  return tx.query(
    `SELECT name AS corpus, (extract(epoch FROM now() - coalesce(rules_set_at, created_at)) * 1000)::float8 AS "ageMs"
     FROM corpus WHERE tenant = $1 AND access_state = 'ruled' ORDER BY name`,
    [tx.tenant],
  );
}

export function listRules(tx: WorkerTx, corpusId: string): Promise<{ prefix: string; groups: string[] }[]> {
  return tx.query('SELECT prefix, groups FROM access_rule WHERE tenant = $1 AND corpus_id = $2', [tx.tenant, corpusId]);
}

/** Whether anybody is in a group that the corpus's rules name. */
export async function hasReaders(tx: WorkerTx, corpusId: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT m.person FROM access_rule r JOIN membership m ON m.tenant = r.tenant AND m.corpus_id = r.corpus_id AND m.group_name = ANY (r.groups)
     WHERE r.tenant = $1 AND r.corpus_id = $2 LIMIT 1`,
    [tx.tenant, corpusId],
  );
  return rows.length > 0;
}

// Someone whom several files name has the rights that any of them grants, and the first name given.
const PEOPLE = `SELECT id, coalesce(min(name), id) AS name, bool_or(administrator) AS administrator FROM (
    SELECT id, name, administrator FROM person WHERE tenant = $1
    UNION ALL SELECT person, name, administrator FROM corpus_person WHERE tenant = $1
  ) AS named`;

export function listPeople(tx: WorkerTx): Promise<Person[]> {
  return tx.query(`${PEOPLE} GROUP BY id ORDER BY name, id`, [tx.tenant]);
}

/** The person with all principals, as they stand now; null where nobody has that id. */
export async function findScope(tx: WorkerTx, person: string): Promise<{ scope: Scope; person: Person } | null> {
  const [found] = await tx.query<Person>(`${PEOPLE} WHERE id = $2 GROUP BY id`, [tx.tenant, person]);
  if (!found) return null;
  const groups = await tx.query<{ corpus: string; group_name: string }>(
    `SELECT c.name AS corpus, m.group_name FROM membership m JOIN corpus c ON c.tenant = m.tenant AND c.id = m.corpus_id
     WHERE m.tenant = $1 AND m.person = $2 ORDER BY c.name, m.group_name`,
    [tx.tenant, person],
  );
  const principals = [personPrincipal(person), ...groups.map((row) => groupPrincipal(row.corpus, row.group_name))];
  if (found.administrator) principals.push(ADMINISTRATOR);
  return { scope: { tenant: tx.tenant, person, principals }, person: found };
}

/** The same as whoever signs people in needs it. */
export async function findCaller(tx: WorkerTx, person: string): Promise<(Scope & { administrator: boolean }) | null> {
  const found = await findScope(tx, person);
  return found && { ...found.scope, administrator: found.person.administrator };
}

/** The number of an access set, which is stored once for each distinct set of principals. */
export async function internAcl(tx: WorkerTx, principals: readonly string[]): Promise<number> {
  const sorted = [...new Set(principals)].sort();
  await tx.query('INSERT INTO acl_set (tenant, principals) VALUES ($1, $2) ON CONFLICT (tenant, principals) DO NOTHING', [tx.tenant, sorted]);
  const [row] = await tx.query<{ id: number }>('SELECT id FROM acl_set WHERE tenant = $1 AND principals = $2', [tx.tenant, sorted]);
  return row!.id;
}
