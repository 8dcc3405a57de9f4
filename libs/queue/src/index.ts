export { MemoryTokenStream, type MemoryTokenStreamLimits } from './stream/memory-token-stream.js';
export type { StreamEntry, TokenStream } from './stream/token-stream.js';
