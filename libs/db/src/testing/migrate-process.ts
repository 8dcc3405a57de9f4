import { migratePostgres } from '../postgres/migrate-postgres.js';

/** A migration in a process of its own, which tells each step and is killed or accompanied from outside: `ownerUrl serviceUrl`. */
const [ownerUrl, serviceUrl] = process.argv.slice(2);
await migratePostgres({ ownerUrl: ownerUrl!, serviceUrl: serviceUrl!, onApplied: (name) => process.send!(name) });
process.disconnect();
