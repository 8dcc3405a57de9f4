import { findCitations, type LexiconEntry, type StatuteCitation } from '../analysis/index.js';
import { ownParagraph, type PromptSource } from '../prompt/index.js';
import { aliasesOf } from '../query/index.js';

/**
 * True where a question cites paragraphs of named laws and none of them stands in the sources, neither as a paragraph of
 * its own nor as a place that a text speaks of: another law's paragraph of the same number is no answer.
 */
export function citesAbsentPlace(question: string, sources: readonly PromptSource[], lexicon: readonly LexiconEntry[] = []): boolean {
  const cited = findCitations(question, true).filter((citation) => citation.law !== undefined);
  if (cited.length === 0) return false;
  const places = sources.flatMap(placesOf);
  return !cited.some((citation) => {
    const laws = [citation.law!, ...aliasesOf(citation.law!, lexicon)];
    return places.some((place) => place.sign === citation.sign && place.section === citation.section && place.law !== undefined && laws.includes(place.law));
  });
}

/** The paragraph that a source is, and those that it names. */
function placesOf(source: PromptSource): StatuteCitation[] {
  const named = findCitations(source.text, true);
  const own = ownParagraph(source);
  if (!own) return named;
  return [own.law === undefined ? own.place : { ...own.place, law: own.law }, ...named];
}
