import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { invariant } from '@kontor/kernel';
import type { RedisServer } from '../redis/open-redis.js';
import { redisBackend } from '../jobs/bullmq/redis-backend.js';
import { quietly } from '../redis/quietly.js';
import type { JobTable } from '../jobs/job-queue.js';
import { BoardRoutes } from './board-routes.js';
import type { QueueBoard, QueueBoardOptions } from './open-queue-board.js';
import { withoutText } from './without-text.js';

const FOLDER = join(dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json')), 'dist');

/** bull-board over the queues of Redis, for whatever HTTP server: it reads, and shows no text unless it is asked to. */
export function queueBoard<Table extends JobTable>(table: Table, redis: RedisServer, { text = false }: QueueBoardOptions): QueueBoard {
  const backend = redisBackend(redis);
  const names = [...new Set(Object.values(table).map(({ queue }) => queue))];
  const queues = names.map((name) => backend.queue(name));
  queues.forEach((queue, index) => queue.on('error', quietly(redis.logger, 'queue store failed', { queue: names[index] })));
  const routes = new BoardRoutes();
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue as unknown as ConstructorParameters<typeof BullMQAdapter>[0], { readOnlyMode: true })),
    serverAdapter: routes,
    options: { uiBasePath: dirname(FOLDER), uiConfig: { boardTitle: 'Kontor · queues', hideRedisDetails: true, hideDocsLink: true } },
  });
  const files = filesOf(FOLDER);
  return {
    page: (base) => pageOf(routes, base),
    file: (path) => (files.has(path) ? join(FOLDER, path) : undefined),
    async read(path, query) {
      const found = routes.find(path);
      if (!found) return undefined;
      const request = { queues: routes.queues, uiConfig: routes.uiConfig, params: found.params, query, body: {}, headers: {} };
      const { status = 200, body } = await backend.reach(async () => found.read(request));
      return { status, body: text ? body : withoutText(body) };
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
      await backend.close();
    },
  };
}

function pageOf({ view, uiConfig }: BoardRoutes, basePath: string): string {
  invariant(view, 'bull-board has told its page');
  const { name, params } = view.handler({ basePath, uiConfig });
  const template = readFileSync(join(FOLDER, name), 'utf8');
  return (
    template
      // Its letters would come from a server outside of the house.
      .replace(/<link[^>]*fonts\.googleapis\.com[^>]*>/g, '')
      .replace(/<%[-=]\s*(\w+)\s*%>/g, (_whole, key: string) => params[key] ?? '')
  );
}

/** Listed once, so that a request can name nothing but them. */
function filesOf(folder: string): Set<string> {
  const entries = readdirSync(join(folder, 'static'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Set(entries.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')));
}
