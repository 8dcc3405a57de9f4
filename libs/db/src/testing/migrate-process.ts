import { migratePostgres } from '../postgres/migrate-postgres.js';

/** A migration in a process of its own, which tells each step and is killed or accompanied from outside: `ownerUrl serviceUrl [partitions]`. */
const [ownerUrl, serviceUrl, partitions] = process.argv.slice(2);
await migratePostgres({
  ownerUrl: ownerUrl!, serviceUrl: serviceUrl!, partitions: partitions === undefined ? undefined : Number(partitions),
  onApplied: (name) => process.send!(name), onPartition: (state, table) => process.send!(`${state} ${table}`),
});
process.disconnect();
