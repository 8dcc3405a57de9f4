import type { ChatRequest } from '../chat/chat-model.js';

const EXCERPT = /"""([\s\S]+?)"""/;
const SENTENCE = /[^.!?]+[.!?]+(?=\s|$)/g;

/**
 * An answer by rule: the first sentences of the first excerpt in the prompt, which the excerpt then carries, so that an
 * answer goes its whole way. Without an excerpt it is the last question.
 */
export function answerFromExcerpt({ turns }: Pick<ChatRequest, 'turns'>, sentencesMax = 2): string {
  const asked = turns.at(-1)?.text ?? '';
  const excerpt = EXCERPT.exec(asked)?.[1]?.trim();
  if (excerpt === undefined) return asked;
  return excerpt.match(SENTENCE)?.slice(0, sentencesMax).join('').trim() ?? excerpt;
}
