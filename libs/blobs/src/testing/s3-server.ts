import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '../s3/s3-blob-store.js';

const run = promisify(execFile);
const VERSION = '5.2.5';
const FOLDER = join(tmpdir(), 'kontor-test-s3', VERSION);
const START_MS_MAX = 60_000;
const BUCKET = 'kontor';

export interface S3ServerOptions {
  /** Once the bucket is made nobody is known any more, so every key is refused. */
  refusesAll?: boolean;
}

/** A real S3 server (moto) on a port of loopback, with an empty bucket; what it keeps ends with it. */
export class S3Server {
  #child: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly options: S3ServerOptions,
  ) {}

  static async start(options: S3ServerOptions = {}): Promise<S3Server> {
    if (!existsSync(FOLDER)) await fetchServer();
    const server = new S3Server(await freePort(), options);
    await server.restart();
    return server;
  }

  get settings(): S3Settings {
    return { endpoint: `http://127.0.0.1:${this.port}`, region: 'us-east-1', bucket: BUCKET, accessKey: 'kontor', secretKey: 'hidden-secret' };
  }

  async restart(): Promise<void> {
    const program = `import os, sys
sys.path.insert(0, ${JSON.stringify(FOLDER)})
${this.options.refusesAll ? "os.environ['INITIAL_NO_AUTH_ACTION_COUNT'] = '2'" : ''}
from moto.server import main
main(['-H', '127.0.0.1', '-p', '${this.port}'])`;
    const child = spawn('python3', ['-c', program], { stdio: 'ignore' });
    process.once('exit', () => child.kill('SIGKILL'));
    this.#child = child;
    for (const started = Date.now(); !(await answers(this.port)); await new Promise((wake) => setTimeout(wake, 100))) {
      if (child.exitCode !== null || Date.now() - started > START_MS_MAX) throw new Error('the S3 server for tests does not start');
    }
    const { endpoint, region, accessKey, secretKey } = this.settings;
    const client = new S3Client({ endpoint: endpoint!, region, forcePathStyle: true, credentials: { accessKeyId: accessKey!, secretAccessKey: secretKey! } });
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    client.destroy();
  }

  async kill(): Promise<void> {
    const ended = once(this.#child!, 'exit');
    this.#child!.kill('SIGKILL');
    await ended;
  }
}

/** Null where the server can run here, else the sentence that says why not. */
export async function s3Missing(): Promise<string | null> {
  try {
    if (!existsSync(FOLDER)) await fetchServer();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

async function fetchServer(): Promise<void> {
  const draft = `${FOLDER}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    await run('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', draft, `moto[server]==${VERSION}`], { timeout: 600_000 });
    if (!existsSync(FOLDER)) renameSync(draft, FOLDER);
  } catch (cause) {
    throw new Error('the S3 server for tests could not be installed with pip (Python 3 with pip and a package index are needed)', { cause });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const answers = (port: number): Promise<boolean> => fetch(`http://127.0.0.1:${port}/`).then((response) => response.ok, () => false);
