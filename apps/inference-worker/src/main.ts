import { adapterMissing, runService } from '@kontor/http';

/** Ends with what is missing: what this worker would write has no way to the process that the reader asks. */
await runService('inference-worker', () => Promise.reject(adapterMissing('inference-worker', ['token stream that reaches other processes'])));
