import { adapterMissing, runService } from '@kontor/http';

/** Ends with what is missing: an answer that another process writes has no way to the reader yet. */
await runService('chat-api', () => Promise.reject(adapterMissing('chat-api', ['token stream that reaches other processes', 'sign-in besides the demo'])));
