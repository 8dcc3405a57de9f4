export { InferenceModule } from './inference.module.js';
export type { InferencePorts } from './ports.js';
