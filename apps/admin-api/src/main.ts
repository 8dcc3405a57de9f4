import { adapterMissing, runService } from '@kontor/http';

/** Ends with what is missing: an import is begun by a call to ingestion, which must be in the same process yet. */
await runService('admin-api', () => Promise.reject(adapterMissing('admin-api', ['way to start an import in another process', 'sign-in besides the demo'])));
