import { AppError } from '@kontor/kernel';
import type { Migration } from '../ledger.js';
import { loadMigrations } from '../migrate.js';
import type { AppliedMigration } from './snapshot.js';

/**
 * The migrations that make the schema of a copy, from those that this Kontor has. An older copy goes into its own schema
 * first and is brought up to date there, as its store would have been.
 */
export async function schemaOf(applied: readonly AppliedMigration[]): Promise<Migration[]> {
  const all = new Map((await loadMigrations()).map((migration) => [migration.name, migration]));
  return applied.map(({ name, checksum }) => {
    const migration = all.get(name);
    if (!migration) throw new AppError('copy.newer', { status: 409, message: `The copy was made by a newer Kontor (it has ${name}). Update Kontor and begin again.`, details: { migration: name } });
    if (migration.checksum !== checksum) throw new AppError('copy.other_schema', { status: 409, message: `The copy was made with another ${name} than this Kontor has. Use the Kontor that made it.`, details: { migration: name } });
    return migration;
  });
}
