import { outbox } from '@kontor/db';
import { openWorld } from '@kontor/testing';

/** Announces an event as a change does, and then does nothing until it is killed: `node announce-and-hang.js FOLDER TENANT`. */
const [folder, tenant] = process.argv.slice(2) as [string, string];
const world = await openWorld(folder);
await world.database.worker(tenant, (tx) => outbox.announce(tx, 'corpus-1', 'access.changed', { corpusId: 'corpus-1' }));
process.stdout.write('announced\n');
setInterval(() => {}, 60_000);
