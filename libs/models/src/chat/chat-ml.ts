import type { ChatRequest } from './chat-model.js';

export type ChatTemplateName = 'chatml' | 'chatml-no-think';

/** A piece of a prompt; only Kontor's own pieces may hold special tokens. */
export interface PromptPiece {
  text: string;
  special: boolean;
}

/**
 * A conversation in ChatML, the format that Qwen was trained with. What people and documents wrote goes into
 * pieces of its own, so that a `<|im_start|>` in a document is read as characters and never opens a turn.
 */
export function chatMl(request: Pick<ChatRequest, 'system' | 'turns' | 'prefill'>, template: ChatTemplateName): PromptPiece[] {
  const pieces: PromptPiece[] = [];
  const turn = (role: string, text: string): void => {
    pieces.push({ text: `<|im_start|>${role}\n`, special: true }, { text, special: false }, { text: '<|im_end|>\n', special: true });
  };
  turn('system', request.system);
  for (const { role, text } of request.turns) turn(role, text);
  pieces.push({ text: `<|im_start|>assistant\n${template === 'chatml-no-think' ? '<think>\n\n</think>\n\n' : ''}`, special: true });
  if (request.prefill) pieces.push({ text: request.prefill, special: false });
  return pieces;
}
