export { AnswerHandler } from './answers/answer.handler.js';
export type { InferencePorts } from './ports.js';
