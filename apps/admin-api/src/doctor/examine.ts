import { statfs } from 'node:fs/promises';
import type { Config } from '@kontor/config';
import type { Capability } from '@kontor/contracts';
import { corpora, type Database } from '@kontor/db';
import type { DoctorCheck } from '../ports.js';

const FREE_BYTES_MIN = 1_073_741_824;

export interface Examined {
  config: Config;
  database: Database;
  tenant: string;
  capabilities: readonly Capability[];
}

/** What runs, what is missing and what mends it. */
export async function examine({ config, database, tenant, capabilities }: Examined): Promise<DoctorCheck[]> {
  const health = await database.health();
  const disk = await statfs(config.store.directory);
  const freeBytes = disk.bavail * disk.bsize;
  const unknown = config.unknownVariables;
  return [
    { name: 'node', state: 'ok', text: process.version, mend: null },
    { name: 'database', state: 'ok', text: `${database.engineName}, PostgreSQL ${health.serverVersion}, pgvector ${health.vectorVersion}, ${(health.sizeBytes / 1e6).toFixed(0)} MB${database.engineName === 'postgres' ? '' : `, in ${config.store.directory}`}`, mend: null },
    {
      name: 'disk',
      state: freeBytes < FREE_BYTES_MIN ? 'warning' : 'ok',
      text: `${(freeBytes / 1e9).toFixed(1)} GB free`,
      mend: freeBytes < FREE_BYTES_MIN ? 'free some space, or move the store with KONTOR_DATA' : null,
    },
    ...capabilities.map((one): DoctorCheck => ({ name: `${one.name} model`, state: one.ready ? 'ok' : 'warning', text: `${one.model ?? 'none'}: ${one.state}`, mend: one.mend })),
    ...(await examineCorpora(database, tenant, capabilities.find((one) => one.name === 'embedder' && one.ready)?.model)),
    { name: 'configuration', state: unknown.length > 0 ? 'warning' : 'ok', text: unknown.length > 0 ? `unknown variables: ${unknown.join(', ')}` : 'no unknown variable', mend: unknown.length > 0 ? 'see docs/operating/configuration.md' : null },
  ];
}

/** A corpus whose vectors are of another model is searched by its words; one that still gets its vectors says how many it waits for. */
async function examineCorpora(database: Database, tenant: string, embedder: string | null | undefined): Promise<DoctorCheck[]> {
  const all = await database.worker(tenant, (tx) => corpora.listCorpora(tx));
  return all.map((corpus): DoctorCheck => {
    const name = `corpus ${corpus.name}`;
    const waiting = corpus.pending > 0 ? `, ${corpus.pending} chunks wait for their vectors` : '';
    if (!embedder || corpus.embedder === corpora.WITHOUT_VECTORS.embedder || corpus.embedder === embedder) return { name, state: 'ok', text: `vectors of ${corpus.embedder}${waiting}`, mend: null };
    const text = `embedded with ${corpus.embedder} while ${embedder} runs, so it is searched by words only${waiting}`;
    return { name, state: 'warning', text, mend: `./kontor models use ${corpus.embedder}, or import its folder under another corpus name` };
  });
}
