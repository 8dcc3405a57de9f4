import type { Config } from '@kontor/config';
import { openPostgres, type Database } from '@kontor/db';
import type { ServiceParts } from '@kontor/http';
import { AppError } from '@kontor/kernel';

/** The PostgreSQL server that the services share; readiness asks it. */
export async function openDatabase({ config, health, opened }: ServiceParts): Promise<Database> {
  const database = opened.add(await openPostgres({ url: databaseUrl(config), ...config.database }));
  health.register('database', 'readiness', () => database.health());
  return database;
}

export function databaseUrl({ services }: Pick<Config, 'services'>): string {
  if (services.databaseUrl !== undefined) return services.databaseUrl.reveal();
  throw new AppError('service.database_missing', { message: 'The service needs a PostgreSQL server: set KONTOR_DATABASE_URL. Without one, run all services in one process: npm start.' });
}
