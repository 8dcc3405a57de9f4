import { OWNER_POLICY } from '../copy/owner-policy.js';
import type { Session } from '../engine.js';

/** What rows are copied by, from one table to another of the same columns. */
export interface TableFrame {
  owner: string;
  /** As SQL, without those that the server works out itself. */
  columns: string;
  /** Storage parameters as SQL, of one of the partitions where there are some; '' for none. */
  options: string;
  /** The table and its partitions as SQL names. */
  relations: string[];
  /** The tables that its foreign keys point to, as SQL names. */
  parents: string[];
}

export async function readFrame(session: Session, table: string): Promise<TableFrame> {
  const [frame] = await session.query<TableFrame>(
    `WITH parts AS (SELECT to_regclass($1)::oid AS oid UNION SELECT relid::oid FROM pg_partition_tree(to_regclass($1)))
     SELECT (SELECT rolname FROM pg_roles r JOIN pg_class c ON r.oid = c.relowner WHERE c.oid = to_regclass($1)) AS owner,
       (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
       coalesce((SELECT string_agg(format('%s = %L', option_name, option_value), ', ')
         FROM pg_options_to_table((SELECT reloptions FROM pg_class JOIN parts USING (oid) WHERE relkind = 'r' ORDER BY relname LIMIT 1))), '') AS options,
       ARRAY(SELECT format('%I.%I', relnamespace::regnamespace, relname) FROM pg_class JOIN parts USING (oid) ORDER BY relname) AS relations,
       ARRAY(SELECT DISTINCT format('%I.%I', c.relnamespace::regnamespace, relname) FROM pg_constraint f JOIN pg_class c ON c.oid = f.confrelid WHERE f.conrelid = to_regclass($1) AND contype = 'f') AS parents`,
    [`public.${table}`],
  );
  return frame!;
}

/**
 * The statements that give a table of the same columns and the same name all else that it has, read from the catalogue:
 * what a migration or an administrator added is found here without anybody thinking of it. The primary key takes up
 * `column`, which a table that is parted by it must have in each unique key. Of the policies, partitions get the one by which
 * the owner copies; for all others what holds is what the table itself has.
 */
export async function furnishing(session: Session, table: string, { column, partitions, without }: { column: string; partitions: readonly string[]; without: readonly string[] }): Promise<string[]> {
  const rows = await session.query<{ statement: string }>(
    `WITH whole AS (SELECT oid, relname, relowner, relacl, relrowsecurity, relforcerowsecurity, format('public.%I', relname) AS name FROM pg_class WHERE oid = to_regclass($1)),
       targets AS (SELECT name, true AS whole FROM whole UNION ALL SELECT format('public.%I', part), false FROM unnest($3::text[]) part)
     SELECT statement FROM (
       SELECT 1 AS step, array_position('{p,u,x,f}'::"char"[], contype) AS place, format('ALTER TABLE %s ADD CONSTRAINT %I %s', w.name, conname,
           CASE WHEN contype = 'p' AND NOT a.attnum = ANY (conkey) THEN regexp_replace(pg_get_constraintdef(k.oid), '\\)', ', ' || quote_ident(attname) || ')') ELSE pg_get_constraintdef(k.oid) END) AS statement
         FROM whole w JOIN pg_constraint k ON k.conrelid = w.oid JOIN pg_attribute a ON a.attrelid = w.oid AND a.attname = $2 WHERE contype IN ('p', 'u', 'x', 'f')
       UNION ALL SELECT 2, 0, regexp_replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
         FROM whole w JOIN pg_index i ON i.indrelid = w.oid JOIN pg_class c ON c.oid = i.indexrelid
         WHERE c.relname <> ALL ($4::text[]) AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = w.oid AND k.conindid = i.indexrelid AND k.contype <> 'f')
       UNION ALL SELECT 3, 0, format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', w.name, attname, attstattarget) FROM whole w JOIN pg_attribute a ON a.attrelid = w.oid WHERE attnum > 0 AND attstattarget >= 0
       UNION ALL SELECT 4, 0, pg_get_triggerdef(t.oid) FROM whole w JOIN pg_trigger t ON t.tgrelid = w.oid WHERE NOT tgisinternal
       UNION ALL SELECT 5, 0, format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', policyname, t.name, permissive, cmd, (SELECT string_agg(quote_ident(role), ', ') FROM unnest(roles) role))
           || coalesce(' USING (' || qual || ')', '') || coalesce(' WITH CHECK (' || with_check || ')', '')
         FROM whole w JOIN pg_policies p ON p.schemaname = 'public' AND p.tablename = w.relname JOIN targets t ON t.whole OR policyname = $5
       UNION ALL SELECT 6, 0, format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t.name) FROM whole w CROSS JOIN targets t WHERE relrowsecurity
       UNION ALL SELECT 7, 0, format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t.name) FROM whole w CROSS JOIN targets t WHERE relforcerowsecurity
       UNION ALL SELECT 8, 0, format('GRANT %s%s ON %s TO %s%s', privilege_type, columns, w.name, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END, CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
         FROM whole w CROSS JOIN LATERAL (SELECT '' AS columns, relacl AS acl UNION ALL SELECT format(' (%I)', attname), attacl FROM pg_attribute WHERE attrelid = w.oid AND NOT attisdropped) held
           CROSS JOIN LATERAL aclexplode(held.acl) WHERE grantee <> relowner
     ) found ORDER BY step, place, statement`,
    [`public.${table}`, column, partitions, without, OWNER_POLICY],
  );
  return rows.map((row) => row.statement);
}
