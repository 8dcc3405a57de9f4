import type { ChatRequest, ChoiceRequest } from '../chat-model.js';

/** Chances that a server gives at most; more is refused by vLLM unless it was started for more. */
const CHANCES_MAX = 20;

export interface BodySetting {
  model: string;
  /** False asks the chat template of Qwen and its kin to close the thinking part at once; true sends no such wish. */
  thinking: boolean;
}

type Conversation = Pick<ChatRequest, 'system' | 'turns' | 'prefill'>;

/**
 * Servers read `<|im_end|>` in a message as the token that ends it. What people and documents wrote must never open a
 * turn, so such a word is taken apart.
 */
export const asCharacters = (text: string): string => text.replace(/<(?=[|｜][^\s<>]{0,40}[|｜]>)/g, '< ').replace(/<(?=\/?(?:s|start_of_turn|end_of_turn)>)/g, '< ');

function messages({ system, turns, prefill }: Conversation): { role: string; content: string }[] {
  const spoken = turns.map(({ role, text }) => ({ role, content: asCharacters(text) }));
  const begun = prefill ? [{ role: 'assistant', content: asCharacters(prefill) }] : [];
  return [...(system === '' ? [] : [{ role: 'system', content: asCharacters(system) }]), ...spoken, ...begun];
}

function shared(conversation: Conversation, { model, thinking }: BodySetting): object {
  return {
    model,
    messages: messages(conversation),
    ...(conversation.prefill ? { add_generation_prompt: false, continue_final_message: true } : {}),
    ...(thinking ? {} : { chat_template_kwargs: { enable_thinking: false } }),
  };
}

export function answerBody(request: ChatRequest, setting: BodySetting): object {
  return {
    ...shared(request, setting),
    stream: true,
    stream_options: { include_usage: true },
    temperature: request.temperature,
    max_tokens: request.tokensMax,
    ...(request.seed === undefined ? {} : { seed: request.seed }),
    ...(request.stop === undefined || request.stop.length === 0 ? {} : { stop: request.stop }),
  };
}

/** One token, and how likely each that could stand in its place was. */
export function choiceBody(request: Pick<ChoiceRequest, 'system' | 'turns'>, setting: BodySetting, withChances = true): object {
  return { ...shared(request, setting), temperature: 0, max_tokens: 1, ...(withChances ? { logprobs: true, top_logprobs: CHANCES_MAX } : {}) };
}

/** One body for all of them: vLLM and SGLang read `prompt`, llama-server reads `content`. */
export function tokenizeBody(text: string, model: string): object {
  return { model, prompt: text, content: text, add_special_tokens: false };
}
