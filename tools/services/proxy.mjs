import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const CONNECTIONS_MAX = 2_000;
const CONNECT_MS_MAX = 10_000;

/**
 * Starts a TCP proxy on loopback that does harm when told to. It ends with `stop()`, or with the process. `watch` sees
 * every piece that passes, with its connection (an object of its own) and its direction.
 */
export async function startProxy({ to, port = 0, watch }) {
  const proxy = new Proxy({ host: '127.0.0.1', ...to }, watch);
  await proxy.listen(port);
  return proxy;
}

class Proxy {
  host = '127.0.0.1';
  counts = { connections: 0, bytesSent: 0, bytesReceived: 0 };
  #to;
  #watch;
  #listener = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (client) => this.#join(client));
  #sockets = new Set();
  #harm = {};
  #healed = Promise.withResolvers();

  constructor(to, watch = () => {}) {
    this.#to = to;
    this.#watch = watch;
    this.#listener.maxConnections = CONNECTIONS_MAX;
  }

  get open() {
    return this.#sockets.size / 2;
  }

  async listen(port) {
    await new Promise((resolve, reject) => this.#listener.once('error', reject).listen({ port, host: this.host }, resolve));
    this.port = this.#listener.address().port;
    this.#listener.unref();
  }

  /** Resets every connection, and every new one as soon as it is made. */
  cut() {
    this.#inflict({ cut: true });
    this.#reset();
  }

  /** Lets every connection hang, new ones too: nothing arrives, and nobody is told. */
  stall() {
    this.#inflict({ stalled: true });
  }

  /** Every piece of data (at most 64 KiB) arrives `ms` later, in both directions. */
  delay(ms) {
    this.#inflict({ delayMs: ms });
  }

  /** At most so many bytes a second pass in each direction of each connection. */
  halve(bytesPerSecond) {
    this.#inflict({ bytesPerSecond });
  }

  /** Ends all harm. What was held back arrives now. */
  heal() {
    this.#inflict({});
  }

  async stop() {
    this.#inflict({ cut: true });
    const closed = new Promise((resolve) => this.#listener.close(resolve));
    this.#reset();
    await closed;
  }

  #inflict(harm) {
    this.#harm = harm;
    this.#healed.resolve();
    this.#healed = Promise.withResolvers();
  }

  #reset() {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #join(client) {
    if (this.#harm.cut) return client.resetAndDestroy();
    this.counts.connections += 1;
    const server = connect({ ...this.#to, allowHalfOpen: true, timeout: CONNECT_MS_MAX });
    server.once('connect', () => server.setTimeout(0)).once('timeout', () => server.destroy());
    for (const [socket, other] of [[client, server], [server, client]]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true).unref();
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        if (!socket.readableEnded) other.destroy();
      });
    }
    void this.#carry(client, server, 'bytesSent', client);
    void this.#carry(server, client, 'bytesReceived', client);
  }

  async #carry(from, to, count, connection) {
    try {
      for await (const piece of from.iterator({ destroyOnReturn: false })) {
        await this.#hold(piece.length);
        this.counts[count] += piece.length;
        this.#watch(connection, count === 'bytesSent' ? 'sent' : 'received', piece);
        if (!to.write(piece)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
        if (to.destroyed) return;
      }
      await this.#hold(0);
      to.end();
    } catch {
      to.destroy();
    }
  }

  // Every change of the harm wakes what is held back: after `heal()` nothing waits any longer.
  async #hold(bytes) {
    while (this.#harm.stalled) await this.#healed.promise;
    const { delayMs = 0, bytesPerSecond } = this.#harm;
    const ms = delayMs + (bytesPerSecond ? (bytes / bytesPerSecond) * 1000 : 0);
    if (ms > 0) await Promise.race([sleep(ms, undefined, { ref: false }), this.#healed.promise]);
  }
}

function once(emitter, event) {
  return new Promise((resolve) => emitter.once(event, resolve));
}
