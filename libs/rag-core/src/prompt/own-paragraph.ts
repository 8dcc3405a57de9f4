import { findCitations, lawKey, type StatuteCitation } from '../analysis/index.js';
import type { PromptSource } from './sentences.js';

/** The paragraph of a statute that a source is, told by its heading; `law` is the one in the brackets at the end of the title. */
export function ownParagraph({ title, headingPath }: PromptSource): { place: StatuteCitation; law: string | undefined } | undefined {
  const [place] = findCitations(headingPath.at(-1) ?? '');
  const law = /\(([^()]+)\)\s*$/u.exec(title)?.[1];
  return place && { place, law: law === undefined ? undefined : lawKey(law) };
}
