export type { Embedder, EmbedKind } from './embedder/embedder.js';
export type {
  ChatEvent,
  ChatFinishReason,
  ChatModel,
  ChatRequest,
  ChatTurn,
  ChatUsage,
} from './chat/chat-model.js';
