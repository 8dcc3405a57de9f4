export { openBlobs } from './blobs.js';
export { openDatabase } from './database.js';
export { openBrokers, openEvents, openWatch } from './events.js';
export { relayEvents } from './relay-events.js';
export { openQueue, openRedisOf } from './queue.js';
export { openServers, type Servers } from './servers.js';
export { operatorSignIn } from './sign-in.js';
export { announcePresence, answerSlots, capabilitiesWith } from './presence.js';
export { openSearchDatabase, SearchDatabase } from './search-database.js';
