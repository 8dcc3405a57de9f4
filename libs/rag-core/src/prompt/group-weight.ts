import type { QuestionTerms } from './question-terms.js';

/** Terms that a text holds, and how much a match among them counts: 1 in the text itself, less in its headings. */
export interface HeldTerms {
  terms: ReadonlySet<string>;
  share: number;
}

/**
 * The weight of a question's words, each counted once: by the best of its wordings or, of a compound, by its parts
 * together. Of all of them, or of those held.
 */
export function groupWeight({ weights, groups, parts }: QuestionTerms, held?: readonly HeldTerms[]): number {
  const found = new Map<string, Map<string, number>>();
  const count = (term: string, weight: number): void => {
    const group = groups?.get(term) ?? term;
    const best = found.get(group) ?? new Map<string, number>();
    const part = parts?.get(term) ?? WHOLE;
    if (weight > (best.get(part) ?? 0)) found.set(group, best.set(part, weight));
  };
  if (held === undefined) for (const [term, weight] of weights) count(term, weight);
  for (const { terms, share } of held ?? []) for (const term of terms) count(term, (weights.get(term) ?? 0) * share);
  return [...found.values()].reduce((sum, best) => sum + wordWeight(best), 0);
}

const WHOLE = '';

function wordWeight(best: ReadonlyMap<string, number>): number {
  const whole = best.get(WHOLE) ?? 0;
  const parts = [...best].reduce((sum, [part, weight]) => (part === WHOLE ? sum : sum + weight), 0);
  return Math.max(whole, parts);
}
