import { statfs } from 'node:fs/promises';
import type { DoctorCheck } from '@kontor/admin-api';
import type { Config } from '@kontor/config';
import { corpora, type Database } from '@kontor/db';
import type { Embedder, ModelRuntime } from '@kontor/models';

const FREE_BYTES_MIN = 1_073_741_824;

/** What runs, what is missing and what mends it. */
export async function examine(config: Config, database: Database, runtime: ModelRuntime, tenant: string): Promise<DoctorCheck[]> {
  const health = await database.health();
  const disk = await statfs(config.store.directory);
  const freeBytes = disk.bavail * disk.bsize;
  const unknown = config.unknownVariables;
  return [
    { name: 'node', state: 'ok', text: process.version, mend: null },
    { name: 'database', state: 'ok', text: `${database.engineName}, PostgreSQL ${health.serverVersion}, pgvector ${health.vectorVersion}, ${(health.sizeBytes / 1e6).toFixed(0)} MB, in ${config.store.directory}`, mend: null },
    {
      name: 'disk',
      state: freeBytes < FREE_BYTES_MIN ? 'warning' : 'ok',
      text: `${(freeBytes / 1e9).toFixed(1)} GB free`,
      mend: freeBytes < FREE_BYTES_MIN ? 'free some space, or move the store with KONTOR_DATA' : null,
    },
    ...runtime.capabilities().map((one): DoctorCheck => ({ name: `${one.name} model`, state: one.ready ? 'ok' : 'warning', text: `${one.model ?? 'none'}: ${one.state}`, mend: one.mend })),
    ...(await examineCorpora(database, tenant, runtime.embedder())),
    { name: 'configuration', state: unknown.length > 0 ? 'warning' : 'ok', text: unknown.length > 0 ? `unknown variables: ${unknown.join(', ')}` : 'no unknown variable', mend: unknown.length > 0 ? 'see docs/operating/configuration.md' : null },
  ];
}

/** A corpus whose vectors are of another model is searched by its words; one that still gets its vectors says how many it waits for. */
async function examineCorpora(database: Database, tenant: string, embedder: Embedder | null): Promise<DoctorCheck[]> {
  const all = await database.worker(tenant, (tx) => corpora.listCorpora(tx));
  return all.map((corpus): DoctorCheck => {
    const name = `corpus ${corpus.name}`;
    const waiting = corpus.pending > 0 ? `, ${corpus.pending} chunks wait for their vectors` : '';
    if (!embedder || corpus.embedder === corpora.WITHOUT_VECTORS.embedder || corpora.isEmbeddedBy(corpus, embedder)) return { name, state: 'ok', text: `vectors of ${corpus.embedder}${waiting}`, mend: null };
    const text = `embedded with ${corpus.embedder} while ${embedder.model} runs, so it is searched by words only${waiting}`;
    return { name, state: 'warning', text, mend: `./kontor models use ${corpus.embedder}, or import its folder under another corpus name` };
  });
}
