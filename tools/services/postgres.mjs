import { randomBytes } from 'node:crypto';
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { postgresBinaries } from './postgres-binaries.mjs';
import { Server } from './server.mjs';

const NOBODY = 65_534;
const CONNECT_MS_MAX = 5_000;
const SUPERUSER = 'postgres';
/** Accounts as a careful operator makes them: one owns the databases and may make roles, the other may only sign in. */
const OWNER = 'kontor_owner';
const SERVICE = 'kontor_service';

const settings = {
  listen_addresses: '127.0.0.1',
  max_connections: '100',
  // A process that is killed loses nothing that it had written; only a machine that loses power would.
  fsync: 'off',
  // Else a killed server leaves files behind outside of its folder.
  dynamic_shared_memory_type: 'mmap',
};

/** Starts PostgreSQL 18 with pgvector and a database `kontor`. */
export async function startPostgres(options = {}) {
  const passwords = Object.fromEntries([SUPERUSER, OWNER, SERVICE].map((name) => [name, randomBytes(12).toString('hex')]));
  const server = await launch(options, passwords, (self, binaries, account) => initialize(self, binaries, passwords[SUPERUSER], account));
  return provide(server, passwords);
}

async function launch(options, passwords, prepare) {
  const binaries = await postgresBinaries();
  const account = process.getuid() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;
  return Server.start(
    {
      name: 'postgres',
      account,
      stopSignal: 'SIGINT',
      prepare: (self) => prepare(self, binaries, account),
      command: ({ port, data, folder }) => [join(binaries, 'postgres'), '-D', data, '-p', String(port), '-k', folder, ...Object.entries({ ...settings, ...options.settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      isReady: ({ port }) => query(address(port, passwords, 'postgres', SUPERUSER), 'SELECT 1').then(() => true, () => false),
    },
    options.port,
  );
}

/** A copy that follows `primary` and can only be read. */
async function startStandby(primary, passwords) {
  const follow = (self, binaries) => self.run(join(binaries, 'pg_basebackup'), ['-h', primary.folder, '-p', String(primary.port), '-U', SUPERUSER, '-D', self.data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync']);
  const standby = await launch({}, passwords, follow);
  return Object.assign(standby, { url: address(standby.port, passwords, 'kontor', SERVICE), administer: (sql, database = 'postgres') => query(address(standby.port, passwords, database, SUPERUSER), sql) });
}

async function initialize(server, binaries, password, account) {
  const file = join(server.folder, 'password');
  writeFileSync(file, password, { mode: 0o600 });
  if (account) chownSync(file, account.uid, account.gid);
  // Over the network with a password; over the socket, which only this account can reach, anybody is whoever they say.
  // One round of hashing is enough for a password that no person chose, and every connection waits for it.
  await server.run(join(binaries, 'initdb'), ['-D', server.data, '-U', SUPERUSER, '--auth-local=trust', '--auth-host=scram-sha-256', `--pwfile=${file}`, '--encoding=UTF8', '--no-sync', '-c', 'scram_iterations=1']);
  rmSync(file);
}

async function provide(server, passwords) {
  let databases = 0;
  const administer = (sql, database = 'postgres') => query(address(server.port, passwords, database, SUPERUSER), sql);
  const createDatabase = async ({ name, template } = {}) => {
    const database = name ?? `test_${(databases += 1)}`;
    await administer(`CREATE DATABASE ${database} OWNER ${OWNER} ${template ? `TEMPLATE ${template}` : ''}`);
    if (!template) await administer('CREATE EXTENSION vector', database);
    return database;
  };
  await administer(`CREATE ROLE ${OWNER} LOGIN CREATEROLE PASSWORD '${passwords[OWNER]}'; CREATE ROLE ${SERVICE} LOGIN PASSWORD '${passwords[SERVICE]}'`);
  await createDatabase({ name: 'kontor' });
  const of = (database, name = SERVICE) => address(server.port, passwords, database, name);
  const [url, ownerUrl] = [of('kontor'), of('kontor', OWNER)];
  const socketAddress = (database, name = SERVICE) => `postgres://${name}@/${database}?host=${encodeURIComponent(server.folder)}&port=${server.port}`;
  return Object.assign(server, { address: of, socketAddress, url, ownerUrl, variables: { KONTOR_DATABASE_URL: url, KONTOR_DATABASE_OWNER_URL: ownerUrl }, administer, createDatabase, startStandby: () => startStandby(server, passwords) });
}

// A role that a test makes has a password only where the test gave it one.
function address(port, passwords, database, account) {
  return `postgres://${account}${passwords[account] ? `:${passwords[account]}` : ''}@127.0.0.1:${port}/${database}`;
}

async function query(connectionString, sql) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_MS_MAX });
  client.on('error', () => {});
  await client.connect();
  try {
    return [await client.query(sql)].flat().at(-1).rows;
  } finally {
    await client.end();
  }
}
