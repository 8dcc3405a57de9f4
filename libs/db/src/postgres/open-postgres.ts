import { Database } from '../database.js';
import { assertRoles, assertRowSecurity, ensureVector } from '../guard.js';
import { assertSchema } from '../ledger.js';
import { loadMigrations } from '../migrate.js';
import { assertServiceAccount } from './account.js';
import { PostgresEngine, type PostgresSettings } from './postgres-engine.js';
import { assertServerVersion } from './server-version.js';

/**
 * Connects as the account of the services and changes nothing: refuses a server that is too old, a schema that
 * `kontor migrate` has not brought up to date, and an account or a table with which row-level security would not hold.
 *
 * @example const database = await openPostgres({ url: 'postgres://kontor_service@database/kontor' });
 */
export async function openPostgres(settings: PostgresSettings): Promise<Database> {
  const engine = new PostgresEngine(settings);
  try {
    await assertServerVersion(engine);
    await ensureVector(engine, false);
    await assertServiceAccount(engine);
    await assertSchema(engine, await loadMigrations());
    await assertRoles(engine);
    await assertRowSecurity(engine);
    return new Database(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
}
