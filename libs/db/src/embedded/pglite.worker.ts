import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, type Results } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import pg from 'pg';
import { DurableFs } from './durable-fs.js';
import type { EngineError, EngineResult, Reply, Request, WorkerSettings } from './protocol.js';

// The stock parameters without '-F', which switches fsync off. Of the ways to sync, only this one reaches DurableFs.
const START = [...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'), '-c', 'wal_sync_method=fsync', '-c', 'jit=off'];

/** How PGlite marks the jump that ends a statement with an error. */
const CAUGHT_ERROR = 100;

const settings = workerData as WorkerSettings;
const port = parentPort!;
const send = (reply: Reply): void => port.postMessage(reply);

async function start(): Promise<PGlite> {
  const parameters = settings.parameters.flatMap((parameter) => ['-c', parameter]);
  const engine = await PGlite.create({
    ...(settings.directory === null ? {} : { fs: new DurableFs(settings.directory) }),
    pgliteWasmModule: settings.module,
    extensions: settings.extensions.includes('vector') ? { vector } : {},
    startParams: [...START, ...parameters],
  });
  // Values cross as the driver `pg` would send and read them, so that both engines give the same types.
  engine.serializers = everyType(() => (value: unknown) => value as string);
  engine.parsers = everyType((oid) => pg.types.getTypeParser(oid, 'text') as (text: string) => unknown);
  stopWhenDead(engine);
  engine.onNotification((channel, payload) => send({ kind: 'notification', channel, payload }));
  return engine;
}

/**
 * PGlite takes every exception for a caught error of the server, and goes on for ever when the server is gone, for example
 * because the disk filled while it wrote its log. It restores the stack after each exception: there it can be left.
 */
function stopWhenDead(engine: PGlite): void {
  const server = engine.Module;
  const { _PostgresMainLoopOnce: step, stackRestore } = server;
  let death: Error | null = null;
  server._PostgresMainLoopOnce = () => {
    if (death !== null) throw death;
    try {
      return step();
    } catch (thrown) {
      if ((thrown as { status?: unknown }).status !== CAUGHT_ERROR) death = new Error('the server is gone', { cause: thrown });
      throw thrown;
    }
  };
  server.stackRestore = (pointer) => {
    if (death !== null) throw death;
    return stackRestore(pointer);
  };
}

function everyType<T>(handler: (oid: number) => T): Record<number | string, T> {
  return new Proxy({}, { get: (_, oid) => (typeof oid === 'string' ? handler(Number(oid)) : undefined) });
}

async function run(engine: PGlite, request: Request): Promise<EngineResult[]> {
  if (request.kind === 'query') return [plain(await engine.query(request.sql, [...request.parameters]))];
  if (request.kind === 'script') return (await engine.exec(request.sql)).map(plain);
  await engine.close();
  return [];
}

function plain(results: Results): EngineResult {
  const { rows, rowCount, affectedRows, command, fields } = results;
  return { rows: rows as EngineResult['rows'], rowCount: rowCount ?? affectedRows ?? 0, command: command ?? '', fields };
}

function describe(thrown: unknown): EngineError {
  const source = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Record<string, unknown>;
  const text = (key: string): Record<string, string> => (typeof source[key] === 'string' ? { [key]: source[key] } : {});
  const { severity } = source;
  // The server answers with a severity; anything else was thrown by the engine's own code, which then is not to be trusted.
  const fatal = typeof severity !== 'string' || severity === 'PANIC' || severity === 'FATAL';
  return { message: String(source['message'] ?? thrown), ...text('code'), ...text('constraint'), ...text('table'), ...text('routine'), fatal };
}

async function serve(): Promise<void> {
  const engine = await start();
  send({ kind: 'ready' });
  port.on('message', (request: Request) => {
    run(engine, request).then(
      (results) => {
        send({ kind: 'result', id: request.id, results });
        if (request.kind === 'close') port.close();
      },
      (thrown) => send({ kind: 'error', id: request.id, error: describe(thrown) }),
    );
  });
}

serve().catch((thrown) => send({ kind: 'failed', error: { ...describe(thrown), fatal: true } }));
