import { jobs } from '@kontor/contracts';
import { runService, type ServiceParts } from '@kontor/http';
import { AppError } from '@kontor/kernel';
import { openModelStore } from '@kontor/models';
import { openQueueBoard } from '@kontor/queue';
import { announcePresence, capabilitiesWith, openEvents, openServers, operatorSignIn } from '@kontor/wiring';
import { AdminApiModule } from './admin-api.module.js';
import { examine } from './doctor/examine.js';
import { remoteImports, type IngestionAddress } from './imports/remote-imports.js';
import { modelAdmin } from './models/model-admin.js';
import type { AdminApiPorts } from './ports.js';

/** Administration in a process of its own, in another zone of trust than the chat. */
await runService('admin-api', async (parts) => {
  const { config, logger, opened } = parts;
  const { database, queue, redis } = await openServers(parts);
  const board = opened.add(await openQueueBoard(jobs, redis, { text: config.log.text }));
  const signIn = operatorSignIn(parts, database);
  await announcePresence(parts, database, 'admin-api');
  const { tenant } = config.services;
  const ports: AdminApiPorts = {
    tenant, database, queue,
    events: await openEvents(parts, database),
    imports: remoteImports(ingestionOf(parts)),
    models: modelAdmin(openModelStore(config), config),
    checks: async () => examine({ config, database, tenant, capabilities: await capabilitiesWith(database, tenant, []) }),
    logger,
  };
  // A file that is too large must reach ingestion as one that is, so that it is listed and the others are taken.
  return { module: AdminApiModule.with({ board, useFactory: () => ports }), signIn, fileBytesMax: config.ingestion.fileBytesMax + 1 };
});

function ingestionOf({ config: { services } }: ServiceParts): IngestionAddress {
  const { ingestionUrl: url, operatorToken: token } = services;
  if (url !== undefined && token !== undefined) return { url, token: token.reveal() };
  throw new AppError('service.ingestion_missing', { message: 'Imports are done by another service: set KONTOR_INGESTION_URL to where "ingestion" is reached.' });
}
