// Search over 10^4, 10^5 and 10^6 chunks on native PostgreSQL: time to load, indexes, disk, and for people who may read all,
// a tenth, a hundredth or a thousandth recall@10 against looking at each row, and how long it takes.
//   node tests/load/scale/main.mjs CORPUS_FOLDER… [--sizes 10000,100000,1000000] [--questions 100] [--rivals PYTHON] [--idle MINUTES]
// `--rivals` names a Python that has chromadb and lancedb: they and a plain pgvector index are asked in turn with Kontor.
// With `--idle` it waits that long for a machine with nothing else to do, between loading and asking.
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { migratePostgres, openPostgres } from '@kontor/db';
import { startPostgres } from '@kontor/services';
import { askAll, createAsker, judge } from './ask.mjs';
import { readBase } from './base.mjs';
import { createGenerator } from './generate.mjs';
import { fillStore } from './load.mjs';
import { openRivals } from './rivals.mjs';
import { PEOPLE } from './shares.mjs';
import { dropIndexes, reportStorage } from './storage.mjs';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: 'string', default: '10000,100000,1000000' }, questions: { type: 'string', default: '100' }, rivals: { type: 'string' }, idle: { type: 'string', default: '0' } },
});
const sizes = options.sizes.split(',').map(Number);
const secondsSince = (startedMs) => `${((performance.now() - startedMs) / 1_000).toFixed(1)} s`;

const base = await readBase(folders);
const step = base.questions.length / Number(options.questions);
const questions = Array.from({ length: Number(options.questions) }, (_, i) => base.questions[Math.floor(i * step)]);
const generate = createGenerator(base);
// As a server of this size is set up; the machine's own default of shared memory is too small for a large index.
const server = await startPostgres({ settings: { shared_buffers: '6GB', maintenance_work_mem: '4GB', max_parallel_maintenance_workers: '2', max_wal_size: '8GB', dynamic_shared_memory_type: 'posix', work_mem: '16MB', effective_cache_size: '12GB' } });
const opened = [];
const rivals = options.rivals ? await openRivals({ python: options.rivals, server, dimensions: base.dimensions }) : [];
try {
  const stores = [];
  for (const size of sizes) stores.push(await load(size));
  await untilIdle(Number(options.idle));
  for (const store of stores) await measure(store);
} finally {
  for (const rival of rivals) await rival.close();
  for (const database of opened) await database.close();
  await server.stop();
}

async function load(size) {
  console.log(`\n${size} chunks`);
  const name = await server.createDatabase({ name: `scale_${size}` });
  const administer = (sql) => server.administer(sql, name);
  const migrate = (onIndex) => migratePostgres({ ownerUrl: server.address(name, 'kontor_owner'), serviceUrl: server.address(name), jobTables: false, onIndex });
  await migrate();
  await dropIndexes(administer);
  const database = await openPostgres({ url: server.address(name) });
  opened.push(database);
  const storedSeconds = await fillStore({ administer, database, base, generate, size });
  console.log(`stored by COPY: ${storedSeconds.toFixed(1)} s, ${Math.round(size / storedSeconds)} a second`);
  let startedMs;
  await migrate((state, index) => (state === 'building' ? (startedMs = performance.now()) : console.log(`built ${index}: ${secondsSince(startedMs)}`)));
  await administer('VACUUM ANALYZE');
  await reportStorage(administer, size);
  for (const rival of rivals) console.log(rival.name, await rival.load({ generate, size }));
  return { size, database, administer };
}

async function untilIdle(minutes) {
  const untilMs = performance.now() + minutes * 60_000;
  while (loadavg()[0] > 0.5 && performance.now() < untilMs) await pause(5_000);
  console.log(`\nload ${loadavg()[0].toFixed(2)} before the questions`);
}

async function measure({ size, database, administer }) {
  const asker = await createAsker({ database, administer, questions, dimensions: base.dimensions });
  for (const person of PEOPLE) {
    const [truth, nearest] = await asker.exactly(async (hybrid) => [await askAll(hybrid, person, questions), await askAll(asker.denseExact, person, questions)]);
    const rows = { 'each row, hybrid': judge(truth, truth), 'Kontor, hybrid': judge(await askAll(asker.hybrid, person, questions), truth), 'Kontor, vectors alone': judge(await askAll(asker.dense, person, questions), nearest) };
    for (const rival of rivals) rows[rival.name] = judge(await askAll(async (...asked) => (await rival.ask(size, ...asked)).map((key) => ({ key })), person, questions), nearest);
    console.log(`${size} chunks, a person who may read ${person.share}`);
    console.table(rows);
  }
}
