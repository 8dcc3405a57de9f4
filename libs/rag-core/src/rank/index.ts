export { fuse, type Fused, type FuseOptions } from './fuse.js';
export { mergeNeighbours, type MergedHit, type MergeOptions, type RankedChunk } from './neighbours.js';
