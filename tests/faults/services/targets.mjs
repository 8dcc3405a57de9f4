import { setTimeout as pause } from 'node:timers/promises';

const CUT_MS = 1_000;
const SLOW_BYTES_PER_SECOND = 20_000;
const DELAY_MS = 300;

/** Everything that can be harmed, each with what mends it. */
export function targetsOf({ services, servers }, proxies) {
  const instances = Object.entries(services).map(([name, [first]]) => ({ name, harm: () => first.end('SIGKILL'), heal: () => first.restart() }));
  const stores = Object.entries(servers).map(([name, server]) => ({ name, harm: () => server.kill(), heal: () => server.restart() }));
  const ways = { cut: (proxy) => proxy.cut(), stall: (proxy) => proxy.stall(), delay: (proxy) => proxy.delay(DELAY_MS), slow: (proxy) => proxy.halve(SLOW_BYTES_PER_SECOND) };
  const networks = Object.entries(proxies).flatMap(([name, proxy]) =>
    Object.entries(ways).map(([way, harm]) => ({ name: `network to ${name} (${way})`, harm: async () => (harm(proxy), pause(CUT_MS)), heal: async () => proxy.heal() })),
  );
  return [...instances, ...stores, ...networks];
}
