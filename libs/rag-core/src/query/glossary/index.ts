import { analyse } from '../../analysis/index.js';
import type { Language } from '../../document/index.js';
import { EVERYDAY } from './everyday.js';
import { LAW } from './law.js';
import { MONEY } from './money.js';
import { OFFICE } from './office.js';
import { PEOPLE } from './people.js';
import { TECHNOLOGY } from './technology.js';

/** One thing and its names: each name as the stems of its words. */
export interface Concept {
  de: string[][];
  en: string[][];
}

export interface ConceptMatch {
  concept: Concept;
  /** Where in the terms of the question it stands, and over how many of them. */
  at: number;
  length: number;
}

const concepts: Concept[] = [PEOPLE, MONEY, LAW, TECHNOLOGY, OFFICE, EVERYDAY].flatMap((lines) => lines.trim().split('\n').map(parseConcept));

function parseConcept(line: string): Concept {
  const [german = '', english = ''] = line.split(' = ');
  return { de: names(german, 'de'), en: names(english, 'en') };
}

function names(list: string, language: Language): string[][] {
  const stems = list.split(', ').map((name) => analyse(name, language).map((term) => term.term));
  return stems.filter((name, index) => name.length > 0 && stems.findIndex((other) => other.join(' ') === name.join(' ')) === index);
}

/** Names by their first stem, the longest first. */
const byFirst: Record<Language, Map<string, { concept: Concept; name: string[] }[]>> = { de: indexOf('de'), en: indexOf('en') };

function indexOf(language: Language): Map<string, { concept: Concept; name: string[] }[]> {
  const index = new Map<string, { concept: Concept; name: string[] }[]>();
  for (const concept of concepts) for (const name of concept[language]) index.set(name[0]!, [...(index.get(name[0]!) ?? []), { concept, name }]);
  for (const entries of index.values()) entries.sort((a, b) => b.name.length - a.name.length);
  return index;
}

/** The concepts that the stems of a question name; a word in a longer name is not read alone. */
export function matchConcepts(stems: readonly string[], language: Language): ConceptMatch[] {
  const matches: ConceptMatch[] = [];
  for (let at = 0; at < stems.length; ) {
    const entries = (byFirst[language].get(stems[at]!) ?? []).filter(({ name }) => name.every((part, offset) => stems[at + offset] === part));
    const length = entries[0]?.name.length ?? 1;
    for (const { concept, name } of entries) if (name.length === length) matches.push({ concept, at, length });
    at += length;
  }
  return matches;
}

/** Whether the glossary has a name of this one stem. */
export function knowsConcept(stem: string, language: Language): boolean {
  return byFirst[language].get(stem)?.some(({ name }) => name.length === 1) ?? false;
}
