export { describeDatabase } from './describe-database.js';
export { type DocumentSketch, freshTenant, makeCorpus, makeDocument, makeTenant, scopeOf, sketchDocument, sourceOf } from './factories.js';
export { type FreshDatabase, emptyPostgres, freshDatabase, freshPostgresUrl, partitionedDatabase, postgresMissing, stopTestDatabases } from './fresh-database.js';
export { withoutExplicitPredicate } from '../repositories/visibility.js';
export { filledStore, removeFolders } from './copy-world.js';
export { ageRuns, putAhead, unsettleRun } from './set-times.js';
