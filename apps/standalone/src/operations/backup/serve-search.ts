import { createHash, randomBytes } from 'node:crypto';
import { DirectoryBlobStore } from '@kontor/blobs';
import { ChatApiModule } from '@kontor/chat-api';
import type { Config } from '@kontor/config';
import { openPostgres, people } from '@kontor/db';
import { SessionSignIn, startHttp } from '@kontor/http';
import { AppError, Opened } from '@kontor/kernel';
import { ModelRuntime, openModelStore } from '@kontor/models';
import { createLogger } from '@kontor/observability';
import { MemoryTokenStream } from '@kontor/queue';
import { KontorClient } from '../../cli/client.js';

/** Nothing is asked while recall is measured, only searched. */
const noQueue = () => Promise.reject(new AppError('queue.unreachable', { status: 503, message: 'This search has no queue.' }));

/**
 * Serves search over the database of the services, as their own account and on loopback, for as long as `work` takes: what
 * people find is measured as they would find it, through row-level security.
 *
 * @param owner the address that the copy goes by, which must be of the same database
 */
export async function withSearch<T>(config: Config, owner: string, work: (client: KontorClient) => Promise<T>): Promise<T> {
  const { tenant } = config.services;
  const url = config.services.databaseUrl?.reveal();
  if (url === undefined) throw new AppError('backup.services_account_missing', { message: 'Recall is measured as the account of the services: set KONTOR_DATABASE_URL to its address of the same database, or leave --questions out.' });
  if (nameOf(url) !== nameOf(owner)) throw new AppError('backup.other_database', { message: 'KONTOR_DATABASE_URL names another database than the one of the copy, so recall would be measured elsewhere. Correct it, or leave --questions out.' });
  const opened = new Opened();
  try {
    const logger = createLogger({ name: 'kontor', level: 'error', text: config.log.text });
    const database = opened.add(await openPostgres({ url, ...config.database }));
    const runtime = opened.add(new ModelRuntime(openModelStore(config), config, logger));
    await runtime.startEmbedder();
    const token = randomBytes(24).toString('base64url');
    const signIn = new SessionSignIn({ tenant, token, key: createHash('sha256').update(token).digest(), demo: false, find: (person) => database.worker(tenant, (tx) => people.findCaller(tx, person)) });
    const stream = opened.add(new MemoryTokenStream());
    const queue = { enqueue: noQueue, aheadOf: noQueue, room: noQueue, state: noQueue, withdraw: noQueue };
    const module = ChatApiModule.with({ tenant, database, blobs: new DirectoryBlobStore(config.store.directory), queue, stream, embedder: runtime.embedder, capabilities: async () => runtime.capabilities(), answerSlots: async () => 1, demo: false, sessions: signIn });
    const http = opened.add(await startHttp(module, { ...config.http, host: '127.0.0.1', port: 0, logger, signIn }));
    return await work(new KontorClient({ baseUrl: http.url, token }));
  } finally {
    await opened.close();
  }
}

/** The same database may be reached by other hosts and accounts. */
const nameOf = (url: string): string => new URL(url.replace('@/', '@socket/')).pathname;
