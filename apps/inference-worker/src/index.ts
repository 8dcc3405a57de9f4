export { AnswerHandler } from './answers/answer.handler.js';
export { InferenceModule } from './inference.module.js';
export type { InferencePorts } from './ports.js';
