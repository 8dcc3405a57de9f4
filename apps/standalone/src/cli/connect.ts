import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig, type Config } from '@kontor/config';
import { AppError } from '@kontor/kernel';
import { z } from 'zod';
import { startStandalone } from '../standalone.js';
import { RUN_FILE } from '../run-file.js';
import { KontorClient, type Address } from './client.js';

const RunFile = z.object({ baseUrl: z.url(), pid: z.number().int(), token: z.string() });

/** Runs `work` against the Kontor of services that KONTOR_URL names, against the one that runs here, or against one that lives only as long as the command. */
export async function withKontor<T>(work: (client: KontorClient) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const running = servicesOf(config) ?? (await findRunning(config.store.directory));
  if (running) return work(new KontorClient(running));
  const own = await startStandalone({ config, port: 0, quiet: true });
  try {
    return await work(new KontorClient(own.address));
  } finally {
    await own.close();
  }
}

/** Administration where KONTOR_ADMIN_URL says, as of services in processes of their own; without it as `withKontor`. */
export async function withAdministration<T>(work: (client: KontorClient) => Promise<T>): Promise<T> {
  const { adminUrl: baseUrl, operatorToken: token, databaseUrl } = loadConfig().services;
  // Otherwise an empty store of its own would answer, and look like theirs.
  if (baseUrl === undefined && databaseUrl !== undefined) throw new AppError('admin.url_missing', { message: 'KONTOR_DATABASE_URL is set, so Kontor runs as services here: set KONTOR_ADMIN_URL to where "admin-api" is reached.' });
  if (baseUrl === undefined) return withKontor(work);
  if (token === undefined) throw new AppError('admin.token_missing', { message: 'KONTOR_ADMIN_URL is set, so set KONTOR_OPERATOR_TOKEN to the token of that Kontor too.' });
  return work(new KontorClient({ baseUrl, token: token.reveal() }));
}

function servicesOf({ services: { url, adminUrl, operatorToken: token } }: Config): Address | null {
  if (url === undefined) return null;
  if (token === undefined) throw new AppError('command.operator_token_missing', { message: 'KONTOR_URL names a Kontor of services: set KONTOR_OPERATOR_TOKEN to the token that they know.' });
  return { baseUrl: url, token: token.reveal(), ...(adminUrl === undefined ? {} : { adminUrl }) };
}

export async function findRunning(directory: string): Promise<Address | null> {
  const text = await readFile(join(directory, RUN_FILE), 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = RunFile.safeParse(JSON.parse(text));
  if (!parsed.success) return null;
  const alive = await fetch(`${parsed.data.baseUrl}/health/live`, { signal: AbortSignal.timeout(2_000) }).then((response) => response.ok, () => false);
  return alive ? parsed.data : null;
}
