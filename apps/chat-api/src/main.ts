import { runService } from '@kontor/http';
import { ModelRuntime, openModelStore } from '@kontor/models';
import { announcePresence, answerSlots, capabilitiesWith, openBlobs, openServers, openSearchDatabase, openWatch, operatorSignIn } from '@kontor/wiring';
import { ChatApiModule } from './chat-api.module.js';
import { chatPages } from './pages.js';

/** Conversations, search and the page in a process of their own; any number of them may run. */
await runService('chat-api', async (parts) => {
  const { config, logger, opened } = parts;
  const servers = await openServers(parts);
  const blobs = await openBlobs(parts);
  const signIn = operatorSignIn(parts, servers.database);
  // A question is embedded by itself, which one thread does as fast as two.
  const runtime = opened.add(new ModelRuntime(openModelStore(config), { ...config, ingestion: { ...config.ingestion, embedThreads: 1 } }, logger));
  void runtime.startEmbedder();
  await announcePresence(parts, servers.database, 'chat-api');
  const { tenant } = config.services;
  const capabilities = () => capabilitiesWith(servers.database, tenant, runtime.capabilities().filter((one) => one.name === 'embedder'));
  const searchDatabase = openSearchDatabase(parts, servers.database);
  const module = ChatApiModule.with({ tenant, ...servers, searchDatabase, blobs, events: openWatch(parts), embedder: runtime.embedder, capabilities, answerSlots: answerSlots(servers.database, tenant), demo: config.demo.enabled, sessions: signIn });
  return { module, signIn, pages: chatPages() };
});
