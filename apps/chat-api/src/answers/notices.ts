import type { Language } from '@kontor/rag-core';

const TEXTS: Record<string, Record<Language, string>> = {
  'search.lexical_only': {
    de: 'Gesucht wurde nur nach Wörtern: Ein Modell für die Suche nach Sinn ist noch nicht bereit.',
    en: 'Only words were searched for: a model that searches by meaning is not ready yet.',
  },
  'search.other_embedder': {
    de: 'Gesucht wurde nur nach Wörtern: Diese Sammlung wurde mit einem anderen Modell eingelesen als dem, das jetzt läuft.',
    en: 'Only words were searched for: this corpus was read in with another model than the one that runs now.',
  },
};

/** What a notice of the search says to the person, in the language of the question. */
export function noticeText(code: string, language: Language): string {
  return TEXTS[code]?.[language] ?? code;
}
