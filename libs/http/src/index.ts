export type { Pages } from './pages/pages.js';
export { toProblem } from './problem/to-problem.js';
export { checkHost, checkOrigin, type HostRules } from './security/origin.js';
export { type CookieOptions, parseCookies, sessionCookie } from './sign-in/cookie.js';
export { Administrators, callerOf, Principal, Public } from './sign-in/decorators.js';
export type { Caller, Credentials, SignIn } from './sign-in/sign-in.js';
export { type EventStream, type EventStreamOptions, lastEventId, openEventStream } from './sse/event-stream.js';
export { type HttpOptions, type RunningHttp, startHttp } from './start.js';
export { type Upload, uploads } from './upload/uploads.js';
