import type { DynamicModule } from '@nestjs/common';
import { loadConfig, type Config } from '@kontor/config';
import { Opened } from '@kontor/kernel';
import { createLogger, Health, type Logger, startTracing } from '@kontor/observability';
import { type HttpOptions, startHttp } from '../start.js';
import { startMetricsServer } from './metrics-server.js';
import { runProgram } from './run-program.js';

export interface ServiceParts {
  config: Config;
  logger: Logger;
  health: Health;
  /** Whatever the service opens is added here: it is closed after the module, in the opposite order. */
  opened: Opened;
}

/** A service's module and, where people or pages belong to it, who signs them in. */
export interface ServiceHttp extends Pick<HttpOptions, 'signIn' | 'pages'> {
  module: DynamicModule;
  /** Where a file may be larger than the configuration's limit, because another service judges it. */
  fileBytesMax?: number;
}

/**
 * Runs one service in a process of its own: configuration, ports, its module over HTTP (a worker answers `/health/…`
 * alone), and an orderly end on SIGTERM.
 *
 * @example await runService('ingestion', async (parts) => ({ module: IngestionModule.with(await openPorts(parts)) }));
 */
export async function runService(name: string, compose: (parts: ServiceParts) => Promise<ServiceHttp>): Promise<void> {
  await runProgram(name, async () => {
    const config = loadConfig();
    const logger = createLogger({ name, level: config.log.level, text: config.log.text });
    const [health, opened] = [new Health(), new Opened()];
    try {
      // First, so that it is closed last: what ends with the service is traced too.
      opened.add(await startTracing(config.traces, { service: name, logger }));
      const { port, host } = config.metrics;
      if (port !== undefined) opened.add(await startMetricsServer({ host, port }));
      const { module, ...own } = await compose({ config, logger, health, opened });
      // A worker has no load balancer that would have to notice.
      const leaveMs = own.signIn ? config.services.leaveMs : 0;
      const http = opened.add(await startHttp(module, { ...config.http, fileBytesMax: config.ingestion.fileBytesMax, logger, health, leaveMs, drainMs: config.services.drainMs, ...own }));
      process.stdout.write(`${name} is at ${http.url}\n`);
    } catch (thrown) {
      await opened.close().catch(() => undefined);
      throw thrown;
    }
    return opened;
  });
}
