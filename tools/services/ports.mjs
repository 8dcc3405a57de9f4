import { createServer } from 'node:net';

// Below the range from which the kernel takes ports for outgoing connections (from 32768 on Linux, 49152 elsewhere): else
// any connection of this machine could take a server's port between its end and its restart.
const PORT_MIN = 20_000;
const PORT_MAX = 32_000;
const ATTEMPTS_MAX = 200;

/** A port of the loopback address on which nothing listens now. */
export async function freePort() {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const port = PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN));
    if (await isFree(port)) return port;
  }
  throw new Error(`No port between ${PORT_MIN} and ${PORT_MAX} is free.`);
}

export function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
