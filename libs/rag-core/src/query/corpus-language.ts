import { stem, type Vocabulary } from '../analysis/index.js';
import type { Language } from '../document/index.js';

// Everyday words that are no words of the other language; a corpus of any topic holds many of them.
const PROBES: Record<Language, readonly string[]> = {
  de: ['jahr', 'zeit', 'arbeit', 'daten', 'möglich', 'erforderlich', 'beispiel', 'abschnitt', 'kosten', 'nutzung', 'monat', 'unternehmen', 'personen', 'erste', 'bereich', 'frage'],
  en: ['year', 'time', 'work', 'data', 'possible', 'required', 'example', 'section', 'cost', 'use', 'month', 'company', 'people', 'first', 'area', 'question'],
};
const SHARE_MIN = 0.1;

const remembered = new WeakMap<Vocabulary, Language[]>();

/** The languages that a corpus is written in, the main one first, told by how often plain words of each occur. */
export function languagesOf(vocabulary: Vocabulary): Language[] {
  const known = remembered.get(vocabulary);
  if (known) return known;
  const count = (language: Language): number => PROBES[language].reduce((sum, word) => sum + vocabulary.frequency(stem(word, language)), 0);
  const [german, english] = [count('de'), count('en')];
  const total = german + english || 1;
  const found = (['de', 'en'] as const).filter((language) => (language === 'de' ? german : english) / total >= SHARE_MIN);
  const languages: Language[] = found.length === 0 ? ['de', 'en'] : german >= english ? found : found.reverse();
  remembered.set(vocabulary, languages);
  return languages;
}
