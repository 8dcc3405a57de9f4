import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { AppError } from '@kontor/kernel';
import { metricsText } from '@kontor/observability';

/**
 * Serves `/metrics` for Prometheus on a port of its own, which is never published: it tells how much is asked and found.
 *
 * @throws AppError `metrics.port_in_use`
 */
export async function startMetricsServer({ host, port }: { host: string; port: number }): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end();
    metricsText().then(
      ({ type, text }) => response.writeHead(200, { 'content-type': type }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new AppError('metrics.port_in_use', { message: `The metrics cannot be served on port ${port} of ${host}. Set KONTOR_METRICS_PORT to a free port, or leave it out.`, cause: cause as Error });
  }
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
