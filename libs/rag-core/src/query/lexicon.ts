import type { LexiconEntry } from '../analysis/index.js';

const ENDING = '(?:s|es|e|en|n|er)?';
const WORD_EDGE = '(?![\\p{L}\\p{N}])';

/**
 * The entries whose term stands in the question, the longest first; a shorter term inside a longer one is not meant.
 * A term all in capitals counts as written or all in lower case, others without case and with a German ending.
 */
export function matchLexicon(question: string, lexicon: readonly LexiconEntry[]): LexiconEntry[] {
  let left = question.normalize('NFC');
  const found: LexiconEntry[] = [];
  for (const entry of [...lexicon].sort((a, b) => b.term.length - a.term.length)) {
    const pattern = patternOf(entry.term.normalize('NFC'));
    if (!pattern.test(left)) continue;
    found.push(entry);
    pattern.lastIndex = 0;
    left = left.replace(pattern, ' ');
  }
  return found;
}

function patternOf(term: string): RegExp {
  const escaped = term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
  const capitals = /^[\p{Lu}\p{N}\s.-]+$/u.test(term) && /\p{Lu}{2}/u.test(term);
  if (capitals) return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped}|${escaped.toLowerCase()})${WORD_EDGE}`, 'gu');
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}${ENDING}${WORD_EDGE}`, 'giu');
}
