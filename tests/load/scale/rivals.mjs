// What people would pick instead, with its defaults: pgvector with an HNSW index and WHERE, LanceDB with its default index
// and a filter, Chroma with `where`. All get the same vectors and are asked for the same ten nearest.
import { spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { denseText } from '@kontor/db';
import { dense, id, int, openCopyFile } from './binary-copy.mjs';
import { CHUNK, setOfChunk, uuid } from './load.mjs';

const HITS = 10;
const keyOf = (number) => uuid(id(CHUNK, number));
const setsOf = ({ sets }) => Array.from({ length: sets }, (_, set) => set);

/** Each with `load({ generate, size })`, which says what it took, and `ask(size, person, question)`. */
export async function openRivals({ python, server, dimensions }) {
  return [await openPlainPgvector(server, dimensions), ...openPythonRivals(python, dimensions)];
}

async function openPlainPgvector(server, dimensions) {
  const database = await server.createDatabase({ name: 'plain' });
  const pool = new pg.Pool({ connectionString: server.address(database, 'postgres'), max: 1 });
  return {
    name: 'pgvector, HNSW and WHERE',
    async load({ generate, size }) {
      const table = `item_${size}`;
      await pool.query(`CREATE TABLE ${table} (id integer PRIMARY KEY, set integer NOT NULL, embedding vector(${dimensions})); CREATE INDEX ON ${table} (set)`);
      const folder = mkdtempSync(join(tmpdir(), 'kontor-scale-'));
      chmodSync(folder, 0o755);
      const file = openCopyFile(join(folder, 'item'));
      for (let number = 0; number < size; number += 1) await file.add([int(number), int(setOfChunk(number)), dense(generate(number).vector)]);
      await file.close();
      await pool.query(`COPY ${table} FROM '${join(folder, 'item')}' (FORMAT binary)`);
      rmSync(folder, { recursive: true });
      const startedMs = performance.now();
      await pool.query(`CREATE INDEX ON ${table} USING hnsw (embedding vector_cosine_ops)`);
      const indexSeconds = (performance.now() - startedMs) / 1_000;
      await pool.query(`VACUUM ANALYZE ${table}`);
      return { indexSeconds };
    },
    ask: async (size, person, question) => (await pool.query(`SELECT id FROM item_${size} WHERE set = ANY ($1) ORDER BY embedding <=> $2::vector LIMIT $3`, [setsOf(person), denseText(question.vector), HITS])).rows.map((row) => keyOf(row.id)),
    close: () => pool.end(),
  };
}

/** One process for both; a JSON line asks, a JSON line answers. */
function openPythonRivals(python, dimensions) {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-rivals-'));
  const child = spawn(python, [fileURLToPath(new URL('./rivals.py', import.meta.url)), folder, String(dimensions)], { env: { ...process.env, LANCE_LOG: 'error', RUST_LOG: 'error' }, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const tell = async (message) => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error('The process with LanceDB and Chroma has ended.');
    return JSON.parse(value);
  };
  const load = async (name, { generate, size }) => {
    const [vectors, sets] = ['vectors', 'sets'].map((file) => openSync(join(folder, file), 'w'));
    for (let number = 0; number < size; number += 1) {
      writeSync(vectors, generate(number).vector);
      writeSync(sets, Int32Array.of(setOfChunk(number)));
    }
    for (const file of [vectors, sets]) closeSync(file);
    return tell({ op: 'load', name, size });
  };
  const ask = async (name, size, person, question) => (await tell({ op: 'ask', name, size, vector: [...question.vector], sets: setsOf(person), hits: HITS })).found.map(keyOf);
  const close = async () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return ['LanceDB', 'Chroma'].map((name, index) => ({ name, load: (part) => load(name, part), ask: (size, person, question) => ask(name, size, person, question), close: index === 0 ? async () => undefined : close }));
}
