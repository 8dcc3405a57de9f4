import type { QuestionTerms } from './question-terms.js';

/** Terms that a text holds, and how much a match among them counts: 1 in the text itself, less in its headings. */
export interface HeldTerms {
  terms: ReadonlySet<string>;
  share: number;
}

/** The weight of a question's words, each counted once by the best of its wordings: of all of them, or of those held. */
export function groupWeight({ weights, groups }: QuestionTerms, held?: readonly HeldTerms[]): number {
  const best = new Map<string, number>();
  const count = (term: string, weight: number): void => {
    const group = groups?.get(term) ?? term;
    if (weight > (best.get(group) ?? 0)) best.set(group, weight);
  };
  if (held === undefined) for (const [term, weight] of weights) count(term, weight);
  for (const { terms, share } of held ?? []) for (const term of terms) count(term, (weights.get(term) ?? 0) * share);
  return [...best.values()].reduce((sum, weight) => sum + weight, 0);
}
