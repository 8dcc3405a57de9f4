import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/** A way to a server on which the reply to the next command that holds a word gets lost, with the connection. */
export interface LossyProxy {
  url: string;
  loseReplyTo(word: string): void;
  lost(): number;
  close(): void;
}

export async function startLossyProxy(target: string): Promise<LossyProxy> {
  let word: string | undefined;
  let lost = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(target).port), '127.0.0.1');
    let losing = false;
    client.on('data', (bytes) => {
      if (word !== undefined && bytes.toString().includes(word)) {
        word = undefined;
        lost += 1;
        losing = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (losing) client.destroy();
      else client.write(bytes);
    });
    for (const [from, to] of [[client, upstream], [upstream, client]] as const) from.on('error', () => undefined).on('close', () => to.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    loseReplyTo: (next) => (word = next),
    lost: () => lost,
    close: () => server.close(),
  };
}
