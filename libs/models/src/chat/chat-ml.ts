import type { ChatTemplate } from '../catalogue/entry.js';
import type { ChatRequest } from './chat-model.js';

/** A piece of a prompt; only Kontor's own pieces may hold special tokens. */
export interface PromptPiece {
  text: string;
  special: boolean;
}

/** A prompt in two parts: the first is the same for every request with the same system text. */
export interface Prompt {
  constant: PromptPiece[];
  rest: PromptPiece[];
}

const CLOSED_THINKING = '<think>\n\n</think>\n\n';

function turn(role: string, text: string): PromptPiece[] {
  return [
    { text: `<|im_start|>${role}\n`, special: true },
    { text, special: false },
    { text: '<|im_end|>\n', special: true },
  ];
}

/**
 * A conversation in ChatML, the format that Qwen was trained with. What people and documents wrote goes into
 * pieces of its own, so that an `<|im_start|>` in a document is read as characters and never opens a turn.
 */
export function chatMl({ system, turns, prefill }: Pick<ChatRequest, 'system' | 'turns' | 'prefill'>, template: ChatTemplate): Prompt {
  const opening = `<|im_start|>assistant\n${template === 'chatml-no-think' ? CLOSED_THINKING : ''}`;
  const begun = prefill === undefined || prefill === '' ? [] : [{ text: prefill, special: false }];
  return {
    constant: turn('system', system),
    rest: [...turns.flatMap(({ role, text }) => turn(role, text)), { text: opening, special: true }, ...begun],
  };
}
