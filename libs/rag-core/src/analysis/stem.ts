import snowball from 'snowball-stemmers';
import type { Language } from '../document/index.js';

const stemmers = { de: snowball.newStemmer('german'), en: snowball.newStemmer('english') };
const CACHE_WORDS_MAX = 400_000;
const caches: Record<Language, Map<string, string>> = { de: new Map(), en: new Map() };

/** The Snowball stem of a word in lower case, remembered, because texts repeat their words. */
export function stem(word: string, language: Language): string {
  const cache = caches[language];
  const known = cache.get(word);
  if (known !== undefined) return known;
  if (cache.size >= CACHE_WORDS_MAX) cache.clear();
  const made = language === 'de' ? stemGerman(word) : stemmers.en.stem(word);
  cache.set(word, made);
  return made;
}

// Snowball leaves the endings of short adjectives ("freie") and of feminine forms ("Arbeitnehmerin"), and keeps
// "beschäftigen" apart from "Beschäftigung".
function stemGerman(word: string): string {
  const short = /^(frei|neu|treu|genau|blau|schlau|rau)(?:e|en|er|es|em)$/u.exec(word);
  if (short) return short[1]!;
  const plain = word.replace(/(?<=[a-zäöü]{4})(?:innen|in)$/u, (ending) => (/(?:er|ist|ent|ant|eur|or|leg|ling)$/u.test(word.slice(0, -ending.length)) ? '' : ending));
  return stemmers.de.stem(plain).replace(/(?<=.{5})ig$/u, '');
}
