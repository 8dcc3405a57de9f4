import { Database } from '../database.js';
import { assertRowSecurity, ensureVector, ensureRoles } from '../guard.js';
import { loadMigrations, migrate } from '../migrate.js';
import { PostgresEngine, type PostgresSettings } from './postgres-engine.js';

export interface PostgresOptions extends PostgresSettings {
  /** Whether this process brings the schema up to date; several may try at once. */
  migrate?: boolean;
}

/**
 * Connects, migrates, and refuses a server on which row-level security would not hold.
 *
 * @example const database = await openPostgres({ url: 'postgres://kontor@database/kontor' });
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const engine = new PostgresEngine(options);
  try {
    await ensureVector(engine);
    await ensureRoles(engine);
    if (options.migrate ?? true) await migrate(engine, await loadMigrations());
    await assertRowSecurity(engine);
    return new Database(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
}
