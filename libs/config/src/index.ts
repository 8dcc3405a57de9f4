export { defaults } from './defaults.js';
export { describeConfiguration } from './describe.js';
export { type Config, loadConfig, type Machine } from './load.js';
export { isLoopback } from './loopback.js';
export type { Environment, Problem } from './parse.js';
export { isPrivateAddress } from './private-address.js';
export { renderConfigReference } from './reference.js';
export { Secret } from './secret.js';
export { slices } from './slices.js';
