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

/** Each with `load({ generate, from, to })`, which says what it took, and `ask(person, question)`. */
export async function openRivals({ python, server, dimensions }) {
  return [await openPlainPgvector(server, dimensions), ...openPythonRivals(python, dimensions)];
}

async function openPlainPgvector(server, dimensions) {
  const database = await server.createDatabase({ name: 'plain' });
  await server.administer(`CREATE TABLE item (id integer PRIMARY KEY, set integer NOT NULL, embedding vector(${dimensions})); CREATE INDEX ON item (set)`, database);
  const pool = new pg.Pool({ connectionString: server.address(database, 'postgres'), max: 1 });
  return {
    name: 'pgvector, HNSW and WHERE',
    async load({ generate, from, to }) {
      const folder = mkdtempSync(join(tmpdir(), 'kontor-scale-'));
      chmodSync(folder, 0o755);
      const file = openCopyFile(join(folder, 'item'));
      for (let number = from; number < to; number += 1) await file.add([int(number), int(setOfChunk(number)), dense(generate(number).vector)]);
      await file.close();
      await pool.query('DROP INDEX IF EXISTS near');
      await pool.query(`COPY item FROM '${join(folder, 'item')}' (FORMAT binary)`);
      rmSync(folder, { recursive: true });
      const startedMs = performance.now();
      await pool.query('CREATE INDEX near ON item USING hnsw (embedding vector_cosine_ops)');
      const indexSeconds = (performance.now() - startedMs) / 1_000;
      await pool.query('VACUUM ANALYZE item');
      return { indexSeconds };
    },
    ask: async (person, question) => (await pool.query('SELECT id FROM item WHERE set = ANY ($1) ORDER BY embedding <=> $2::vector LIMIT $3', [setsOf(person), denseText(question.vector), HITS])).rows.map((row) => keyOf(row.id)),
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
  const load = async (name, { generate, from, to }) => {
    const [vectors, sets] = ['vectors', 'sets'].map((file) => openSync(join(folder, file), 'w'));
    for (let number = from; number < to; number += 1) {
      writeSync(vectors, generate(number).vector);
      writeSync(sets, Int32Array.of(setOfChunk(number)));
    }
    for (const file of [vectors, sets]) closeSync(file);
    return tell({ op: 'load', name, from });
  };
  const ask = async (name, person, question) => (await tell({ op: 'ask', name, vector: [...question.vector], sets: setsOf(person), hits: HITS })).found.map(keyOf);
  const close = async () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return ['LanceDB', 'Chroma'].map((name, index) => ({ name, load: (part) => load(name, part), ask: (person, question) => ask(name, person, question), close: index === 0 ? async () => undefined : close }));
}
