import { de } from './de.js';
import { en, type Texts } from './en.js';
import { germanProblems } from './problems.de.js';

export type { Texts } from './en.js';
export type Language = 'de' | 'en';

export const LANGUAGES: readonly Language[] = ['de', 'en'];
export const LANGUAGE_NAMES: Record<Language, string> = { de: 'Deutsch', en: 'English' };

const TEXTS: Record<Language, Texts> = { de, en };
/** What went wrong, in the language of the page; `said` is what the server said, in English. */
export const problemIn = (language: Language, code: string, said: string): string => (language === 'de' ? (germanProblems[code] ?? said) : said);
export const textsIn = (language: Language): Texts => TEXTS[language];

/** What the person chose before counts; else the first of the browser's languages that the page speaks; else English. */
export function chooseLanguage(remembered: string | null, preferred: readonly string[]): Language {
  const wanted = [remembered ?? '', ...preferred].map((tag) => tag.slice(0, 2).toLowerCase());
  return LANGUAGES.find((language) => language === wanted.find((tag) => LANGUAGES.includes(tag as Language))) ?? 'en';
}
