import { setTimeout as pause } from 'node:timers/promises';
import { startProxy, freePort } from '@kontor/services';

const CUT_MS = 1_000;
const SLOW_BYTES_PER_SECOND = 20_000;
const DELAY_MS = 300;
const STARTS_MAX = 2;

/** What shows that a target's part of the work goes on again; people's questions always do. */
const PROBES = { ingestion: ['imports'], 'admin-api': ['imports'], s3: ['imports'], 'event-relay': ['events'], kafka: ['events'] };

/** Proxies before every server: Kafka names its own address to its clients, so it has to be told the proxy's. */
export async function startNetwork() {
  const port = await freePort();
  const proxies = { kafka: await startProxy({ to: { port } }) };
  const through = async (name, server) => (name === 'kafka' ? server : (proxies[name] = await startProxy({ to: server })));
  return { proxies, through, kafka: { port, advertisedPort: proxies.kafka.port }, stop: () => Promise.all(Object.values(proxies).map((proxy) => proxy.stop())) };
}

/** Everything that can be harmed, each with what mends it. */
export function targetsOf({ services, servers }, proxies) {
  const instances = Object.entries(services).map(([name, [first]]) => ({ name, harm: () => first.end('SIGKILL'), heal: () => first.restart() }));
  const stores = Object.entries(servers).map(([name, server]) => ({ name, harm: () => server.kill(), heal: () => startAgain(server) }));
  const ways = { cut: (proxy) => proxy.cut(), stall: (proxy) => proxy.stall(), delay: (proxy) => proxy.delay(DELAY_MS), slow: (proxy) => proxy.halve(SLOW_BYTES_PER_SECOND) };
  const networks = Object.keys(servers).flatMap((name) =>
    Object.entries(ways).map(([way, harm]) => ({ name: `network:${name}:${way}`, of: name, harm: async () => (harm(proxies[name]), pause(CUT_MS)), heal: async () => proxies[name].heal() })),
  );
  return [...instances, ...stores, ...networks].map((target) => ({ ...target, probes: PROBES[target.of ?? target.name] ?? [] }));
}

/** `redis` is the server, `network` all that lies before servers, `network:redis` what lies before that one. */
export function chosen(targets, words) {
  if (words === undefined || words === 'all') return targets;
  const found = targets.filter(({ name }) => words.split(',').some((word) => name === word || name.startsWith(`${word}:`)));
  if (found.length === 0) throw new Error(`There is no such target. They are: ${targets.map(({ name }) => name).join(', ')}`);
  return found;
}

/** A server that does not come up by itself is none of Kontor's faults, but has to be told. */
async function startAgain(server) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await server.restart();
    } catch (thrown) {
      console.log(`a server did not start at attempt ${attempt}: ${thrown.message}`);
      if (attempt === STARTS_MAX) throw thrown;
    }
  }
}
