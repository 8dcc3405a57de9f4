export { ChatApiModule } from './chat-api.module.js';
export type { ChatApiPorts } from './ports.js';
