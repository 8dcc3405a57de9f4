export { describeJobQueue } from './job-queue.suite.js';
export { describeTokenStream } from './token-stream.suite.js';
