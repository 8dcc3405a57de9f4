export { describeDatabase } from './describe-database.js';
export { type DocumentSketch, freshTenant, makeCorpus, makeDocument, makeTenant, scopeOf, sketchDocument, sourceOf } from './factories.js';
export { type FreshDatabase, freshDatabase, freshPostgresUrl, postgresMissing, stopTestDatabases } from './fresh-database.js';
export { withoutExplicitPredicate } from '../repositories/visibility.js';
