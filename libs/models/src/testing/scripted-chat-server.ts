import { ChatServer } from './chat-server.js';
import { answerFromExcerpt } from './scripted-answers.js';
import { ScriptedChatModel } from './scripted-chat-model.js';

export interface ScriptedChatServerOptions {
  /** 0 takes a free one. */
  port?: number;
  model?: string;
  /** Of each answer. */
  tokensPerSecond?: number;
  firstTokenMs?: number;
  /** Answers at the same time; more wait. */
  parallelMax?: number;
  contextTokensMax?: number;
  /** The same answer to everything; without it the first sentences of the first excerpt. */
  answer?: string;
  key?: string;
}

/** Yes far before no, in both languages: every question is answerable. */
const BEGINNINGS = [
  { text: 'Ja', chance: 0.45 },
  { text: 'Yes', chance: 0.45 },
  { text: 'Nein', chance: 0.03 },
  { text: 'No', chance: 0.03 },
];

/** A chat server with a scripted model, for load tests: it costs nothing and keeps a stated pace. Closing it closes the model. */
export async function startScriptedChat(options: ScriptedChatServerOptions = {}): Promise<ChatServer> {
  const { tokensPerSecond, answer, model = 'scripted', parallelMax = 16, contextTokensMax = 32_768 } = options;
  const scripted = new ScriptedChatModel({
    model,
    parallelMax,
    contextTokensMax,
    firstTokenMs: options.firstTokenMs ?? 0,
    tokenMs: tokensPerSecond === undefined ? 0 : 1_000 / tokensPerSecond,
    answer: (request) => answer ?? answerFromExcerpt(request),
  });
  return ChatServer.start({ model: scripted, likeliest: () => Promise.resolve(BEGINNINGS), port: options.port ?? 0, ...(options.key === undefined ? {} : { key: options.key }) });
}
