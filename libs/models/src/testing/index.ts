export { ChatServer, type ChatServerFaults, type ChatServerOptions } from './chat-server.js';
export { describeChatModel } from './describe-chat-model.js';
export { describeEmbedder, type SuiteOptions } from './describe-embedder.js';
export { realModel, type RealModel } from './real-model.js';
export { HashEmbedder, type HashEmbedderOptions } from './hash-embedder.js';
export { ScriptedChatModel, type ScriptedChatOptions } from './scripted-chat-model.js';
export { answerFromExcerpt } from './scripted-answers.js';
export { startScriptedChat, type ScriptedChatServerOptions } from './scripted-chat-server.js';
