export { describeTokenStream } from './token-stream.suite.js';
