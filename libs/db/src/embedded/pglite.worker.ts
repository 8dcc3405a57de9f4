import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import type { QueryResult, Reply, Request } from './protocol.js';

// PGlite is synchronous WASM: in a thread of its own it blocks nothing but itself.
const { directory, pgTypes } = workerData as { directory: string; pgTypes: boolean };
const port = parentPort!;
const reply = (message: Reply, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

// BullMQ expects what the `pg` driver returns: 64-bit integers and decimals as text.
const asText = (value: string): string => value;
const parsers: Record<number, (value: string) => string> = pgTypes ? { [types.INT8]: asText, [types.NUMERIC]: asText } : {};

const listeners = new Map<string, () => Promise<void>>();

async function handle(database: PGlite, request: Request): Promise<unknown> {
  switch (request.kind) {
    case 'query': {
      const result = await database.query<Record<string, unknown>>(request.sql, [...request.parameters]);
      return { rows: result.rows, affectedRows: result.affectedRows ?? 0, fields: result.fields } satisfies QueryResult;
    }
    case 'script':
      await database.exec(request.sql);
      return null;
    case 'listen':
      listeners.set(request.channel, await database.listen(request.channel, (payload) => reply({ kind: 'notification', channel: request.channel, payload })));
      return null;
    case 'unlisten':
      await listeners.get(request.channel)?.();
      listeners.delete(request.channel);
      return null;
    case 'dump': {
      const file = await database.dumpDataDir('gzip');
      return new Uint8Array(await file.arrayBuffer());
    }
    case 'close':
      await database.close();
      return null;
  }
}

try {
  const database = await PGlite.create({ dataDir: directory, extensions: { vector }, parsers });
  port.on('message', (request: Request) => {
    handle(database, request).then(
      (value) => reply({ kind: 'result', id: request.id, value }),
      (error: Error & { code?: string; detail?: string; constraint?: string }) =>
        reply({ kind: 'error', id: request.id, message: error.message, code: error.code, detail: error.detail, constraint: error.constraint }),
    );
  });
  reply({ kind: 'ready' });
} catch (error) {
  reply({ kind: 'broken', message: error instanceof Error ? error.message : String(error) });
}
