import type { ChoiceRequest } from '../chat-model.js';
import type { Completion } from './wire.js';

/** How likely each first token is, as far as the server tells; undefined where it tells nothing. */
export function chancesOf({ choices }: Completion): Map<string, number> | undefined {
  const first = choices[0]?.logprobs?.content?.[0];
  if (first === undefined) return undefined;
  const listed = first.top_logprobs ?? [];
  return new Map([...(listed.length > 0 ? listed : [first])].map(({ token, logprob }) => [token, Math.exp(logprob)]));
}

/**
 * The share of each choice: the tokens that its spellings can begin with. Tokens beyond those that the server lists are
 * less likely than each listed one and count as 0.
 */
export function sharesOf(chances: ReadonlyMap<string, number>, choices: ChoiceRequest['choices']): number[] {
  return choices.map((spellings) => {
    let share = 0;
    for (const [token, chance] of chances) if (token !== '' && spellings.some((spelling) => spelling.startsWith(token))) share += chance;
    return Math.min(1, share);
  });
}
