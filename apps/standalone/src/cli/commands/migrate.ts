import { Command, InvalidArgumentError } from 'commander';
import { loadConfig, type Secret } from '@kontor/config';
import { migratePostgres, openPostgres, PARTITIONS_MAX } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { printJson, printLine } from '../output.js';

interface MigrateFlags {
  check?: boolean;
  jobTables: boolean;
  partitions?: number;
  json?: boolean;
}

/** For servers; the embedded store is brought up to date whenever it is opened. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Bring the schema of a PostgreSQL server up to date, before services start or are updated.')
    .option('--check', 'change nothing: say whether services could start on it')
    .option('--no-job-tables', 'the services keep their jobs in Redis, so they need not make tables here')
    .option('--partitions <n>', 'keep what search reads in so many partitions by corpus: copies those tables, with the services stopped', partitionCount)
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nNeeds KONTOR_DATABASE_OWNER_URL, an account that owns the database and may make roles, and KONTOR_DATABASE_URL, the\naccount of the services. With --check KONTOR_DATABASE_URL alone.')
    .action((flags: MigrateFlags) => (flags.check ? check(flags) : migrate(flags)));
}

async function migrate(flags: MigrateFlags): Promise<void> {
  const { database, services } = loadConfig();
  const ownerUrl = required(database.ownerUrl, 'KONTOR_DATABASE_OWNER_URL');
  const serviceUrl = required(services.databaseUrl, 'KONTOR_DATABASE_URL');
  const onApplied = (name: string): void => {
    if (!flags.json) printLine(`${name} is done`);
  };
  const partitioned: string[] = [];
  const onPartition = (state: 'copying' | 'copied', table: string): void => {
    if (state === 'copied') partitioned.push(table);
    if (!flags.json) printLine(state === 'copied' ? `${table} is copied` : `copying ${table} into ${flags.partitions} partitions`);
  };
  const onIndex = (state: 'building' | 'built', name: string): void => {
    if (!flags.json) printLine(state === 'built' ? `the index ${name} is built` : `building the index ${name}; services run meanwhile, and search without it`);
  };
  const applied = await migratePostgres({ ownerUrl, serviceUrl, jobTables: flags.jobTables, partitions: flags.partitions, connectTimeoutMs: database.connectTimeoutMs, onApplied, onPartition, onIndex });
  if (flags.json) printJson({ applied, partitioned });
  else printLine(applied.length + partitioned.length === 0 ? 'The database is up to date.' : 'The database is up to date now; services can start.');
}

async function check({ json }: MigrateFlags): Promise<void> {
  const { database, services } = loadConfig();
  const opened = await openPostgres({ url: required(services.databaseUrl, 'KONTOR_DATABASE_URL'), ...database });
  const health = await opened.health().finally(() => opened.close());
  if (json) printJson({ ready: true, ...health });
  else printLine(`Services can start on it: PostgreSQL ${health.serverVersion}, pgvector ${health.vectorVersion}, ${health.migrations} migrations.`);
}

function partitionCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > PARTITIONS_MAX) throw new InvalidArgumentError(`It must be a number from 1 to ${PARTITIONS_MAX}.`);
  return count;
}

function required(url: Secret | undefined, name: string): string {
  if (url !== undefined) return url.reveal();
  throw new AppError('migrate.address_missing', { message: `Set ${name}, for example to postgres://account:password@host/database. Without services there is nothing to migrate: the embedded store does it by itself.`, details: { variable: name } });
}
