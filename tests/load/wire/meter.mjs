import { startProxy } from '@kontor/services';
import { READERS } from './requests.mjs';

/**
 * Counts what passes between two parts: requests by name with the bytes that come back for them, turns (a wait for an answer
 * each), bytes in both directions.
 */
export class Meter {
  #connections = new WeakMap();
  #read;
  counts = emptyCounts();

  constructor(name, protocol) {
    this.name = name;
    this.#read = READERS[protocol];
  }

  /** A proxy in front of `to`; everything that passes is counted. */
  async open(to, port) {
    return (this.proxy = await startProxy({ to, port, watch: (connection, direction, piece) => this.#see(connection, direction, piece) }));
  }

  #see(connection, direction, piece) {
    const state = this.#connections.get(connection) ?? { read: this.#read(), last: 'received', asked: undefined };
    this.#connections.set(connection, state);
    this.counts[direction] += piece.length;
    if (direction === 'sent') {
      if (state.last === 'received') this.counts.turns += 1;
      for (const name of state.read(piece)) {
        this.counts.requests += 1;
        this.#note(name, 1, 0);
        state.asked = name;
      }
    } else if (state.asked !== undefined) this.#note(state.asked, 0, piece.length);
    state.last = direction;
  }

  #note(name, count, received) {
    const noted = this.counts.names.get(name) ?? { count: 0, received: 0 };
    this.counts.names.set(name, { count: noted.count + count, received: noted.received + received });
  }

  /** What was counted since the last look. */
  take() {
    const taken = this.counts;
    this.counts = emptyCounts();
    return taken;
  }
}

const emptyCounts = () => ({ requests: 0, turns: 0, sent: 0, received: 0, names: new Map() });

/** `counts` less what would have passed in `seconds` anyway, for each of `times`. */
export function perTime(counts, idle, seconds, times) {
  const net = (key) => (counts[key] - (idle[key] / idle.seconds) * seconds) / times;
  const names = [...counts.names].map(([name, { count, received }]) => {
    const by = idle.names.get(name) ?? { count: 0, received: 0 };
    return [name, { count: (count - (by.count / idle.seconds) * seconds) / times, received: (received - (by.received / idle.seconds) * seconds) / times }];
  });
  return { requests: net('requests'), turns: net('turns'), sent: net('sent'), received: net('received'), names: new Map(names) };
}
