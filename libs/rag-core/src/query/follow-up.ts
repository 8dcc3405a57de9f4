import { analyse } from '../analysis/index.js';
import { detectLanguage } from '../document/index.js';
import { isWeak } from './weak-words.js';

/** A question with more words of its own than this stands alone, whatever it points at. */
const OWN_WORDS_MAX = 2;
/** In a longer question a pronoun points at something inside it. */
const WORDS_MAX = 9;
const HISTORY_MAX = 3;

const CONTINUES = /^\s*(?:und|oder|aber|also|ach so|okay|ok|and|or|but|so|what about|how about|what if|was ist mit|wie sieht es|wie ist es|gilt das|does (?:that|this|it))\b/iu;
const POINTS_BACK_GERMAN = /\b(?:dafür|davon|dabei|dazu|darüber|damit|daran|darauf|danach|dagegen|dort|deren|dessen|letzteres|ersteres|diese[rsnm]?|jene[rsnm]?)\b/iu;
// "das Gehalt" names a thing, "das" alone points at one.
const PRONOUN_GERMAN = /\b(?:das|dies|es|sie|er|ihn|ihm|die)\b(?!\s+(?:\p{Ll}+\s+)?\p{Lu})/u;
const PRONOUN_ENGLISH = /\b(?:it|its|they|them|their|those|these|this|that|there|one)\b/iu;
// "Is it possible to …" and "how long does it take to …" point at what follows.
const EMPTY_SUBJECT = /\bit(?:'s| is| be)?\s+(?:ok|okay|possible|allowed|permitted|necessary|mandatory|required|take|takes|cost|fine|true|legal)\b|\b(?:is|was|be) (?:it|there)\b|\bthere (?:is|are|a|any)\b|\b(?:gibt|geht|ist) es\b/iu;

/** Whether a question leans on the one before: it says little itself, and goes on or points back. */
export function needsHistory(question: string): boolean {
  const language = detectLanguage(question, 'de');
  const words = question.split(/\s+/u);
  const own = words.filter((word) => analyse(word, language).some((term) => !isWeak(term.term, language)));
  if (own.length > OWN_WORDS_MAX) return false;
  if (own.length === 0 || CONTINUES.test(question)) return true;
  if (words.length > WORDS_MAX || EMPTY_SUBJECT.test(question)) return false;
  return language === 'de' ? POINTS_BACK_GERMAN.test(question) || PRONOUN_GERMAN.test(question) : PRONOUN_ENGLISH.test(question);
}

/**
 * What to search for, the best reading first: the question, or where it leans on earlier ones, those together with it
 * and then the question as it stands.
 *
 * @example searchQuestions('Und wie lange dauert das?', ['Wer genehmigt Sonderurlaub?'])[0] // 'Wer genehmigt Sonderurlaub? Und wie lange dauert das?'
 */
export function searchQuestions(question: string, history: readonly string[]): string[] {
  if (history.length === 0 || !needsHistory(question)) return [question];
  const before: string[] = [];
  for (const earlier of history.slice(-HISTORY_MAX).reverse()) {
    before.unshift(earlier);
    if (!needsHistory(earlier)) break;
  }
  return [`${before.join(' ')} ${question}`, question];
}
