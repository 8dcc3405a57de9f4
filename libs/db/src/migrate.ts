import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { AppError } from '@kontor/kernel';
import type { Engine } from './engine/engine.js';

const DIRECTORY = new URL('../migrations/', import.meta.url);
const VECTOR_VERSION_MIN = [0, 8, 5];

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** Brings the schema to the newest migration; each file runs once, in its own transaction. */
export async function migrate(engine: Engine): Promise<string[]> {
  await engine.script('CREATE EXTENSION IF NOT EXISTS vector; CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())');
  await requireVector(engine);
  const migrations = await readMigrations();
  const applied: string[] = [];
  for (const migration of migrations) {
    if (await applyOnce(engine, migration)) applied.push(migration.name);
  }
  await refuseBypass(engine);
  return applied;
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(DIRECTORY)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, DIRECTORY), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

function applyOnce(engine: Engine, migration: Migration): Promise<boolean> {
  return engine.transaction(async (connection) => {
    // Two services that start together take turns; the second finds the row of the first.
    await connection.query('LOCK TABLE migration IN EXCLUSIVE MODE');
    const [row] = await connection.query<{ checksum: string }>('SELECT checksum FROM migration WHERE name = $1', [migration.name]);
    if (row) {
      if (row.checksum === migration.checksum) return false;
      throw new AppError('store.migration_changed', { message: `The migration ${migration.name} was changed after it ran; restore the file and put the change into a new one.` });
    }
    for (const statement of splitStatements(migration.sql)) await connection.query(statement);
    await connection.query('INSERT INTO migration (name, checksum) VALUES ($1, $2)', [migration.name, migration.checksum]);
    return true;
  });
}

/** Splits a script at semicolons outside of comments and `$$` bodies; the files use no other quoting of semicolons. */
export function splitStatements(sql: string): string[] {
  const pieces = sql.replace(/^\s*--.*$/gm, '').split(/(\$\$[\s\S]*?\$\$)/);
  const marked = pieces.map((piece, index) => (index % 2 === 1 ? piece : piece.replaceAll(';', '\u0000'))).join('');
  return marked.split('\u0000').map((statement) => statement.trim()).filter((statement) => statement !== '');
}

async function requireVector(engine: Engine): Promise<void> {
  const rows = await engine.transaction((connection) => connection.query<{ version: string }>(`SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'`));
  const version = rows[0]?.version ?? 'none';
  const parts = version.split('.').map(Number);
  const difference = VECTOR_VERSION_MIN.map((least, index) => (parts[index] ?? 0) - least).find((delta) => delta !== 0) ?? 0;
  if (version !== 'none' && difference >= 0) return;
  throw new AppError('store.vector_too_old', { message: `pgvector ${VECTOR_VERSION_MIN.join('.')} or newer is needed, found ${version}; install it and run ALTER EXTENSION vector UPDATE.` });
}

async function refuseBypass(engine: Engine): Promise<void> {
  const rows = await engine.transaction((connection) =>
    connection.query<{ name: string }>(`SELECT rolname AS name FROM pg_roles WHERE rolname IN ('kontor_app', 'kontor_worker') AND (rolsuper OR rolbypassrls)`),
  );
  if (rows.length === 0) return;
  const names = rows.map((row) => row.name);
  const mend = names.map((name) => `ALTER ROLE ${name} NOSUPERUSER NOBYPASSRLS;`).join(' ');
  throw new AppError('store.role_bypasses_rls', { message: `A role could bypass row-level security, so Kontor does not start; mend it with: ${mend}`, details: { roles: names } });
}
