import { once } from 'node:events';
import { Agent, createServer, request as send } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const PROBE_MS_MAX = 2_000;

/**
 * A load balancer on loopback: takes instances in turn, those alone whose `/health/ready` said yes when it last asked. It
 * keeps connections, and tries nothing again: what an instance refuses or drops is what the client gets, as a 502.
 *
 * @param {() => string[]} instances the addresses of all instances, as they are now
 */
export async function startBalancer(instances, { everyMs = 100 } = {}) {
  const agent = new Agent({ keepAlive: true });
  const balancer = { url: '', ready: [], refused: [], requests: 0, close: undefined };
  const probe = async (url) => (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(PROBE_MS_MAX) }).catch(() => null))?.ok === true;
  let open = true;
  // Each by itself: one that is slow to answer must not hide that another one leaves.
  const watched = new Map();
  const watch = async (url) => {
    for (; open && instances().includes(url); await pause(everyMs)) {
      const well = await probe(url);
      balancer.ready = [...balancer.ready.filter((other) => other !== url), ...(well ? [url] : [])].sort();
    }
    balancer.ready = balancer.ready.filter((other) => other !== url);
    watched.delete(url);
  };
  const probing = (async () => {
    for (; open; await pause(everyMs)) for (const url of instances()) if (!watched.has(url)) watched.set(url, watch(url));
    await Promise.all(watched.values());
  })();
  const server = createServer((request, response) => {
    const to = balancer.ready[(balancer.requests += 1) % balancer.ready.length];
    const refuse = (status, why) => {
      balancer.refused.push(`${request.method} ${request.url}: ${why}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(status).end(why);
    };
    if (to === undefined) return refuse(503, 'no instance is ready');
    const { hostname, port } = new URL(to);
    const forward = send({ hostname, port, agent, method: request.method, path: request.url, headers: request.headers }, (answer) => {
      const { connection: _hop, 'keep-alive': _other, 'transfer-encoding': _third, ...headers } = answer.headers;
      response.writeHead(answer.statusCode, headers);
      response.flushHeaders();
      answer.on('error', () => response.destroy()).pipe(response);
    });
    forward.on('error', (error) => refuse(502, `${error.code ?? error.message} at ${to}`));
    response.on('close', () => forward.destroy());
    request.pipe(forward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  balancer.url = `http://127.0.0.1:${server.address().port}`;
  balancer.close = async () => {
    open = false;
    server.closeAllConnections();
    server.close();
    agent.destroy();
    await probing;
  };
  return balancer;
}
