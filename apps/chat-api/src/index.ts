export { ChatApiModule } from './chat-api.module.js';
export { chatPages } from './pages.js';
export type { ChatApiPorts } from './ports.js';
