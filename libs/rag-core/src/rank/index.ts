export { fuse, type Leg, type Ranked } from './fuse.js';
export { mergeNeighbours, type MergedHit, type MergeOptions, type RankedChunk } from './neighbours.js';
