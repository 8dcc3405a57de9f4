export { ChatApiModule } from './chat-api.module.js';
export type { ChatApiPorts } from './ports.js';
export { SESSION_COOKIE } from './session/session.controller.js';
