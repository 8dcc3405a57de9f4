import type { ChatModel } from '@kontor/models';
import { selectPassages, type PromptInput } from '@kontor/rag-core';
import type { Asked, Evidence } from './evidence.js';

/** Time that goes into packing, embedding sentences, asking whether there is an answer, and the first token itself. */
const OVERHEAD_MS = 3_000;
const FRAME_TOKENS = 60;
const PASSAGE_TOKENS_MIN = 160;
const PASSAGE_TOKENS_MAX = 2_400;
/** For the fixed instructions and what is written around passages. */
const INSTRUCTION_TOKENS = 400;

export interface PromptLimits {
  firstWordMs: number;
  answerTokensMax: number;
}

/** As much of the sources as the model reads in the time that the first word may take. */
export function packPrompt(asked: Asked & { history: readonly string[] }, evidence: Evidence, model: ChatModel, { firstWordMs, answerTokensMax }: PromptLimits): PromptInput {
  const affordable = Math.floor((model.promptTokensPerSecond() * (firstWordMs - OVERHEAD_MS)) / 1_000);
  const room = model.contextTokensMax - answerTokensMax - INSTRUCTION_TOKENS;
  const wanted = Math.min(PASSAGE_TOKENS_MAX, room, affordable - FRAME_TOKENS - model.countTokens(asked.question));
  const passages = selectPassages(evidence.sources, { ...evidence.looksFor, budgetTokens: Math.max(PASSAGE_TOKENS_MIN, wanted), countTokens: (text) => model.countTokens(text) });
  return { language: asked.language, question: asked.question, history: asked.history, passages };
}
