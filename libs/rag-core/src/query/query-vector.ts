import { analyse, citationTerms, findCitations, isStopWord, type LexiconEntry, type StatuteCitation, type Term, type Vocabulary } from '../analysis/index.js';
import type { Language } from '../document/index.js';
import { compoundParts, containingWords } from './compounds.js';
import { languagesOf } from './corpus-language.js';
import { matchConcepts, knowsConcept } from './glossary/index.js';
import { aliasesOf, matchLexicon } from './lexicon.js';
import { isWeak } from './weak-words.js';
import { respelled, verbForms } from './variants.js';
import { QUERY_SHARES, QueryBuilder, type Query } from './weights.js';

/**
 * The query's side of BM25: what the question says and the other ways in which the documents may say it, each by its
 * idf times a share. A change of the lexicon takes effect with the next question.
 *
 * @example queryVector('Wie viele Urlaubstage habe ich?', 'de', vocabulary, lexicon).vector
 */
export function queryVector(question: string, language: Language, vocabulary: Vocabulary, lexicon: readonly LexiconEntry[] = []): Query {
  const builder = new QueryBuilder(vocabulary);
  const text = question.normalize('NFC');
  const spoken = languagesOf(vocabulary);
  const words = analyse(text, language, { lenient: true }).filter((word) => !isCitation(word.term));
  for (const word of words) addWord(builder, text, word, language, spoken);
  if (spoken.some((other) => other !== language)) addOtherLanguage(builder, text, language);
  addConcepts(builder, text, words, language, spoken);
  for (const { entry, start, end } of matchLexicon(text, lexicon)) addEntry(builder, entry, text.slice(start, end), spoken[0]!);
  for (const citation of findCitations(text, true)) addCitation(builder, citation, text, lexicon);
  return builder.build(new Set(words.filter((word) => !isWeak(word.term, language)).map((word) => groupOf(text, word))).size);
}

const isCitation = (term: string): boolean => /^(?:§|art)\d/u.test(term);
const groupOf = (text: string, word: Term): string => text.slice(word.start, word.end).toLowerCase();

function addWord(builder: QueryBuilder, text: string, { term, start, end }: Term, language: Language, spoken: readonly Language[]): void {
  const group = groupOf(text, { term, start, end });
  const { vocabulary } = builder;
  const own = respelled(term, vocabulary) ?? term;
  const strength = isWeak(term, language) ? QUERY_SHARES.weak : 1;
  builder.add(own, group, strength);
  if (language !== 'de' || !spoken.includes('de') || !/^\p{L}+$/u.test(own)) return;
  const forms = verbForms(own, vocabulary);
  // A word that the corpus lacks in this form has the weight of its commonest relative.
  const cap = [own, ...forms].filter((form) => builder.knows(form)).reduce((least, form) => Math.min(least, builder.idf(form)), Infinity);
  for (const form of forms) builder.add(form, group, strength * QUERY_SHARES.verbForm, builder.knows(own) ? builder.idf(own) : Infinity);
  for (const part of compoundParts(own, vocabulary)) builder.add(part, group, strength * (Number.isFinite(cap) ? QUERY_SHARES.part : QUERY_SHARES.partOfUnknown), cap, part);
  for (const whole of containingWords(own, vocabulary)) builder.add(whole, group, strength * QUERY_SHARES.containing, cap);
}

/** Names, channels and terms of art stand in the documents as the question has them, whatever its language. */
function addOtherLanguage(builder: QueryBuilder, text: string, language: Language): void {
  const other: Language = language === 'de' ? 'en' : 'de';
  for (const word of analyse(text, other)) {
    const group = groupOf(text, word);
    if (isStopWord(group, language) || isCitation(word.term) || builder.has(word.term)) continue;
    builder.add(word.term, group, QUERY_SHARES.otherLanguage * (isWeak(word.term, other) ? QUERY_SHARES.weak : 1));
  }
}

/** What the glossary knows for the words of the question: synonyms, and translations where the documents are in the other language. */
function addConcepts(builder: QueryBuilder, text: string, words: readonly Term[], language: Language, spoken: readonly Language[]): void {
  for (const { stems, group } of readings(words, text, language)) {
    for (const { concept, length } of matchConcepts(stems, language)) {
      const named = stems.slice(0, length);
      const own = named.filter((stem) => builder.knows(stem));
      const strength = named.every((stem) => isWeak(stem, language)) ? QUERY_SHARES.weakConcept : 1;
      const cap = spoken.includes(language) && own.length > 0 ? Math.max(...own.map((stem) => builder.idf(stem))) : Infinity;
      for (const target of spoken) {
        const share = target !== language ? QUERY_SHARES.translation : language === 'de' ? QUERY_SHARES.synonymGerman : QUERY_SHARES.synonymEnglish;
        for (const name of concept[target]) for (const stem of name) builder.add(stem, group, (strength * share) / Math.sqrt(name.length), cap);
      }
    }
  }
}

/** Each place of the question as the glossary may read it: from that word on, and a German compound by its parts. */
function readings(words: readonly Term[], text: string, language: Language): { stems: string[]; group: string }[] {
  return words.flatMap((word, at) => {
    const stems = words.slice(at, at + 4).map((one) => one.term);
    const group = groupOf(text, word);
    if (language === 'en' || knowsConcept(word.term, language)) return [{ stems, group }];
    const parts = compoundParts(word.term, { frequency: (term) => (knowsConcept(term, language) ? 2 : 0) });
    return [{ stems, group }, ...parts.map((part) => ({ stems: [part], group }))];
  });
}

function addEntry(builder: QueryBuilder, entry: LexiconEntry, written: string, documents: Language): void {
  for (const expansion of entry.expands) {
    // A lexicon says what the documents say, so it is read in their language. A phrase shares its weight among its words.
    const terms = [...new Set(analyse(expansion, documents).map((term) => term.term))];
    const share = (QUERY_SHARES.lexicon * entry.weight) / Math.sqrt(Math.max(1, terms.length));
    for (const term of terms) {
      builder.add(term, written.toLowerCase(), share);
      if (documents === 'de' && !builder.knows(term)) for (const part of compoundParts(term, builder.vocabulary)) builder.add(part, written.toLowerCase(), share * QUERY_SHARES.part);
    }
  }
}

function addCitation(builder: QueryBuilder, citation: StatuteCitation, text: string, lexicon: readonly LexiconEntry[]): void {
  const group = text.slice(citation.start, citation.end).toLowerCase();
  const laws = citation.law === undefined ? [undefined] : [citation.law, ...aliasesOf(citation.law, lexicon)];
  const exact = laws.some((law) => citationTerms(citation, law).some((term) => term.includes('@') && builder.knows(term)));
  for (const law of laws) {
    for (const term of citationTerms(citation, law)) {
      const share = term.includes('.') ? QUERY_SHARES.citationSubsection : QUERY_SHARES.citation;
      // The bare number is in every statute; it counts only where no law is named, or the corpus lacks that law.
      builder.add(term, group, exact && !term.includes('@') ? share * QUERY_SHARES.citationWithoutLaw : share);
    }
  }
}
