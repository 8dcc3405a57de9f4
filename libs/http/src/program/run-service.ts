import type { DynamicModule } from '@nestjs/common';
import { loadConfig, type Config } from '@kontor/config';
import { AppError, Opened } from '@kontor/kernel';
import { createLogger, Health, type Logger } from '@kontor/observability';
import { startHttp } from '../start.js';
import { startMetricsServer } from './metrics-server.js';
import { runProgram } from './run-program.js';

export interface ServiceParts {
  config: Config;
  logger: Logger;
  health: Health;
  /** Whatever the service opens is added here: it is closed after the module, in the opposite order. */
  opened: Opened;
}

/**
 * Runs one service in a process of its own: configuration, ports, its module over HTTP (a worker answers `/health/…`
 * alone), and an orderly end on SIGTERM.
 *
 * @example await runService('ingestion', async ({ config, opened }) => IngestionModule.with(await openPorts(config, opened)));
 */
export async function runService(name: string, compose: (parts: ServiceParts) => Promise<DynamicModule>): Promise<void> {
  await runProgram(name, async () => {
    const config = loadConfig();
    const logger = createLogger({ name, level: config.log.level, text: config.log.text });
    const [health, opened] = [new Health(), new Opened()];
    try {
      const { port, host } = config.metrics;
      if (port !== undefined) opened.add(await startMetricsServer({ host, port }));
      const module = await compose({ config, logger, health, opened });
      const http = opened.add(await startHttp(module, { ...config.http, fileBytesMax: config.ingestion.fileBytesMax, logger, health }));
      process.stdout.write(`${name} is at ${http.url}\n`);
    } catch (thrown) {
      await opened.close().catch(() => undefined);
      throw thrown;
    }
    return opened;
  });
}

/** The end of a service whose ports need an adapter that this version does not have: better than a service that half works. */
export function adapterMissing(service: string, adapters: readonly string[]): AppError {
  return new AppError('service.adapter_missing', {
    message: `${service} cannot run in a process of its own yet, because this version has no ${adapters.join(' and no ')}. Run all services in one process: npm start.`,
    details: { service, adapters },
  });
}
