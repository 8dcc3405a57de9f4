export { AppError, type AppErrorOptions, type RetryVerdict } from './app-error.js';
export { invariant } from './assert.js';
export { newId } from './id.js';
export { Opened } from './opened.js';
export { ServerEventParser, type ServerEvent } from './server-events.js';
