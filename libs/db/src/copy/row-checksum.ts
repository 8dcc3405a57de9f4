import { hash } from 'node:crypto';
import type { Session } from '../engine.js';
import { type CopyTable, lineOf, quoted } from './tables.js';

/** How many rows a table holds, and a sum over them in which their order does not count. */
export interface TableSum {
  rows: number;
  checksum: string;
}

/**
 * Adds up the first 128 bits of each line's sha256, as two halves of 64 bits. Two tables have one sum exactly when they
 * hold the same rows, however often each, as far as sha256 can be trusted; in which order does not count.
 */
export class RowChecksum {
  #rows = 0;
  #high = 0n;
  #low = 0n;

  add(line: string): void {
    const digest = hash('sha256', line, 'buffer');
    this.#rows += 1;
    this.#high += digest.readBigUInt64BE(0);
    this.#low += digest.readBigUInt64BE(8);
  }

  get sum(): TableSum {
    return { rows: this.#rows, checksum: hex(this.#high) + hex(this.#low) };
  }
}

const hex = (value: bigint): string => BigInt.asUintN(64, value).toString(16).padStart(16, '0');

/** The same sum, made by the server from what its table holds now. */
export async function sumTable(session: Session, table: CopyTable): Promise<TableSum> {
  // The server adds signed numbers exactly; modulo 2^64 that is the sum of the unsigned ones.
  const half = (from: number): string => `coalesce(sum(('x' || substr(digest, ${from}, 16))::bit(64)::bigint), 0)::text`;
  const [row] = await session.query<{ rows: string; high: string; low: string }>(
    `SELECT count(*)::text AS rows, ${half(1)} AS high, ${half(17)} AS low
       FROM (SELECT encode(sha256(convert_to(${lineOf(table)}, 'UTF8')), 'hex') AS digest FROM ${quoted(table.name)}) AS hashed`,
  );
  return { rows: Number(row!.rows), checksum: hex(BigInt(row!.high)) + hex(BigInt(row!.low)) };
}
