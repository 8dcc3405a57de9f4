export { catalogue, defaultChatModel, defaultEmbedder, defaultNames, type Machine } from './catalogue/catalogue.js';
export type { CatalogueEntry, ChatEntry, ChatTemplate, EmbedderEntry, ModelFile, ModelKind, ModelNeeds, SourceKind } from './catalogue/entry.js';
export type {
  ChatEvent,
  ChatFinishReason,
  ChatModel,
  ChatRequest,
  ChatTurn,
  ChatUsage,
  ChoiceRequest,
} from './chat/chat-model.js';
export { LlamaChatModel, type LlamaChatOptions } from './chat/llama-chat-model.js';
export { OpenAiChatModel, type OpenAiChatOptions } from './chat/server/openai-chat-model.js';
export type { Embedder, EmbedKind } from './embedder/embedder.js';
export { createEmbedder, type EmbedderOptions } from './embedder/onnx-embedder.js';
export { type CustomModel, type ModelStatus, ModelStore, type ModelStoreOptions } from './store/model-store.js';
export type { OnProgress, PullProgress } from './store/puller.js';
export { ModelRuntime } from './runtime/model-runtime.js';
export { openModelStore, suitableModel } from './runtime/open-model-store.js';
