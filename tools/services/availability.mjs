import { existsSync } from 'node:fs';
import { fetchKafka } from './kafka.mjs';
import { postgresBinaries } from './postgres-binaries.mjs';
import { findProgram } from './programs.mjs';
import { findRedis } from './redis.mjs';
import { fetchS3 } from './s3.mjs';

const needs = { postgres: postgresBinaries, redis: findRedis, kafka: fetchKafka, s3: fetchS3, pgbouncer: findPgbouncer };

// Debian puts it where only root looks. The spec that needs one starts it.
async function findPgbouncer() {
  return existsSync('/usr/sbin/pgbouncer') ? '/usr/sbin/pgbouncer' : findProgram('pgbouncer');
}

/**
 * Null where the server can be had here (it is fetched if it has to be), else the sentence that says what is missing. In
 * CI always null: there a spec must run, and fails with that sentence.
 */
export async function reasonToSkip(name) {
  if (process.env.CI) return null;
  try {
    await needs[name]();
    return null;
  } catch (error) {
    return error.message;
  }
}
