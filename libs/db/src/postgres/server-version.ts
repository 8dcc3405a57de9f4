import { AppError } from '@kontor/kernel';
import type { Engine } from '../engine.js';

const MAJOR_MIN = 17;

/** Refuses a server on which Kontor was never run. */
export async function assertServerVersion(engine: Engine, majorMin = MAJOR_MIN): Promise<void> {
  const [row] = await engine.withSession('background', (session) =>
    session.query<{ major: number; version: string }>(`SELECT current_setting('server_version_num')::integer / 10000 AS major, current_setting('server_version') AS version`),
  );
  if (row!.major >= majorMin) return;
  throw new AppError('store.server_too_old', {
    message: `Kontor needs PostgreSQL ${majorMin} or newer; this server is ${row!.version}. Upgrade it with pg_upgrade, or move the data to a newer one with pg_dump.`,
    details: { version: row!.version, majorMin },
  });
}
