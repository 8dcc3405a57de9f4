// Search over 10^4, 10^5 and 10^6 chunks on native PostgreSQL: time to load, indexes, disk, and for people who may read all,
// a tenth, a hundredth or a thousandth recall@10 against looking at each row, and how long it takes.
//   node tests/load/scale/main.mjs CORPUS_FOLDER… [--sizes 10000,100000,1000000] [--questions 100] [--rivals PYTHON]
// `--rivals` names a Python that has chromadb and lancedb: they and a plain pgvector index are asked in turn with Kontor.
import { parseArgs } from 'node:util';
import { migratePostgres, openPostgres } from '@kontor/db';
import { startPostgres } from '@kontor/services';
import { askAll, createAsker, judge } from './ask.mjs';
import { readBase } from './base.mjs';
import { createGenerator } from './generate.mjs';
import { openLoader } from './load.mjs';
import { openRivals } from './rivals.mjs';
import { PEOPLE } from './shares.mjs';
import { dropIndexes, reportStorage } from './storage.mjs';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: 'string', default: '10000,100000,1000000' }, questions: { type: 'string', default: '100' }, rivals: { type: 'string' } },
});
const sizes = options.sizes.split(',').map(Number);
const seconds = (startedMs) => `${((performance.now() - startedMs) / 1_000).toFixed(1)} s`;

const base = await readBase(folders);
const step = base.questions.length / Number(options.questions);
const questions = Array.from({ length: Number(options.questions) }, (_, i) => base.questions[Math.floor(i * step)]);
const generate = createGenerator(base);
// As a server of this size is set up; the machine's own default of shared memory is too small for a large index.
const server = await startPostgres({ settings: { shared_buffers: '6GB', maintenance_work_mem: '4GB', max_parallel_maintenance_workers: '2', max_wal_size: '8GB', dynamic_shared_memory_type: 'posix', work_mem: '16MB', effective_cache_size: '12GB' } });
await migratePostgres({ ownerUrl: server.ownerUrl, serviceUrl: server.url, jobTables: false });
const database = await openPostgres({ url: server.url });
try {
  const loader = await openLoader({ server, database, base, generate });
  const rivals = options.rivals ? await openRivals({ python: options.rivals, server, dimensions: base.dimensions }) : [];
  let loaded = 0;
  for (const size of sizes) {
    console.log(`\n${size} chunks`);
    await dropIndexes(server);
    const storedSeconds = await loader.add(loaded, size);
    console.log(`stored ${size - loaded} by COPY: ${storedSeconds.toFixed(1)} s, ${Math.round((size - loaded) / storedSeconds)} a second`);
    await migratePostgres({ ownerUrl: server.ownerUrl, serviceUrl: server.url, jobTables: false, onIndex: stopwatch() });
    await server.administer('VACUUM ANALYZE', 'kontor');
    await reportStorage(server, size);
    for (const rival of rivals) console.log(rival.name, await rival.load({ generate, from: loaded, to: size }));
    loaded = size;
    await measure(rivals);
  }
  for (const rival of rivals) await rival.close();
} finally {
  await database.close();
  await server.stop();
}

function stopwatch() {
  let startedMs;
  return (state, name) => {
    if (state === 'building') startedMs = performance.now();
    else console.log(`built ${name}: ${seconds(startedMs)}`);
  };
}

async function measure(rivals) {
  const asker = await createAsker({ database, server, questions, dimensions: base.dimensions });
  for (const person of PEOPLE) {
    const [truth, nearest] = await asker.exactly(async (hybrid) => [await askAll(hybrid, person, questions), await askAll(asker.denseExact, person, questions)]);
    const rows = { 'each row, hybrid': judge(truth, truth), 'Kontor, hybrid': judge(await askAll(asker.hybrid, person, questions), truth), 'Kontor, vectors alone': judge(await askAll(asker.dense, person, questions), nearest) };
    for (const rival of rivals) rows[rival.name] = judge(await askAll(rival.ask, person, questions), nearest);
    console.log(`a person who may read ${person.share}`);
    console.table(rows);
  }
}
