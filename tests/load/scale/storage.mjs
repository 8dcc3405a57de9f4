// Sizes on disk of what a chunk takes, and the indexes of search apart.

export async function dropIndexes(administer) {
  const names = await administer(`SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid IN ('chunk_dense'::regclass, 'chunk_lexical'::regclass) AND indexrelid::regclass::text ~ '_(hnsw_|words)'`);
  for (const { name } of names) await administer(`DROP INDEX ${name}`);
}

export async function reportStorage(administer, chunks) {
  const tables = await administer(`SELECT relname AS name, pg_table_size(oid)::float8 AS "table", pg_indexes_size(oid)::float8 AS indexes FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY pg_total_relation_size(oid) DESC LIMIT 7`);
  const search = await administer(`SELECT relname AS name, pg_relation_size(oid)::float8 AS size FROM pg_class WHERE relkind = 'i' AND relname ~ '_(hnsw_|words$)' AND relnamespace = 'public'::regnamespace ORDER BY 1`);
  const each = (bytes) => Math.round(bytes / chunks);
  console.table(Object.fromEntries([...tables.map(({ name, table, indexes }) => [name, { 'table, bytes a chunk': each(table), 'indexes, bytes a chunk': each(indexes) }]), ...search.map(({ name, size }) => [name, { 'indexes, bytes a chunk': each(size) }])]));
  const [{ all }] = await administer(`SELECT pg_database_size(current_database())::float8 AS "all"`);
  console.log(`database ${(all / 1e9).toFixed(2)} GB, ${each(all)} bytes a chunk`);
}
