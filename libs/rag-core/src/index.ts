export * from './document/index.js';
export * from './analysis/index.js';
export * from './chunk/index.js';
export * from './rank/index.js';
export * from './query/index.js';
export * from './prompt/index.js';
export * from './cite/index.js';
export * from './evaluate/index.js';
