import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the server misbehaves; nothing set means that it answers as the hub does. */
export interface HubFaults {
  /** Status of every answer of the hub itself. */
  status?: number;
  /** The hub never answers. */
  silent?: boolean;
  /** The hash that the hub states, instead of the true one. */
  statedSha256?: string;
  /** The bytes that are sent, instead of the true ones. */
  sentBytes?: Buffer;
  /** The host of the bytes ends the connection after so many bytes, this many times. */
  cutAfterBytes?: number;
  cuts?: number;
  /** The host of the bytes never sends what lies behind this position, and does not end either. */
  stallAtByte?: number;
  /** The host of the bytes knows no ranges. */
  withoutRanges?: boolean;
}

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ server: Server; url: string }> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Answers as the model hub does: it states hash, size and commit and redirects to another host, which serves ranges. */
export class HubServer {
  faults: HubFaults = {};
  /** What was asked of either host, as `GET /path bytes=…`. */
  readonly requests: string[] = [];
  readonly #servers: Server[] = [];
  #bytesUrl = '';
  url = '';

  constructor(private readonly files: Record<string, Buffer>) {}

  async start(): Promise<this> {
    const bytes = await listen((request, response) => this.#serveBytes(request, response));
    const hub = await listen((request, response) => this.#answer(request, response));
    this.#servers.push(bytes.server, hub.server);
    this.#bytesUrl = bytes.url;
    this.url = hub.url;
    return this;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(`${request.method} ${request.url}`);
    const { silent, status, statedSha256 } = this.faults;
    if (silent === true) return;
    const file = this.files[request.url!];
    if (status !== undefined || file === undefined) return void response.writeHead(status ?? 404).end();
    response.setHeader('x-linked-etag', `"${statedSha256 ?? sha256Of(file)}"`);
    response.setHeader('x-linked-size', String(file.length));
    response.setHeader('x-repo-commit', 'c0ffee');
    response.writeHead(302, { location: `${this.#bytesUrl}${request.url}` }).end();
  }

  #serveBytes(request: IncomingMessage, response: ServerResponse): void {
    const { range } = request.headers;
    this.requests.push(`${request.method} ${request.url}${range === undefined ? '' : ` ${range}`}`);
    const whole = this.faults.sentBytes ?? this.files[request.url!]!;
    const start = range === undefined || this.faults.withoutRanges === true ? 0 : Number(/bytes=(\d+)-/.exec(range)![1]);
    if (start >= whole.length) return void response.writeHead(416).end();
    const body = whole.subarray(start);
    if (start > 0) response.setHeader('content-range', `bytes ${start}-${whole.length - 1}/${whole.length}`);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': body.length });
    const { cutAfterBytes, cuts = 0, stallAtByte } = this.faults;
    if (request.method === 'HEAD') response.end();
    else if (cutAfterBytes !== undefined && cuts > 0) {
      this.faults.cuts = cuts - 1;
      response.write(body.subarray(0, cutAfterBytes), () => response.destroy());
    } else if (stallAtByte !== undefined && start >= stallAtByte) response.flushHeaders();
    else if (stallAtByte !== undefined) response.write(body.subarray(0, stallAtByte - start));
    else response.end(body);
  }
}
