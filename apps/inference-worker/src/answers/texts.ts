import type { Language } from '@kontor/rag-core';

const NOT_FOUND: Record<Language, string> = {
  de: 'In den Dokumenten, die Sie lesen dürfen, habe ich dazu nichts gefunden.',
  en: 'I found nothing about this in the documents that you may read.',
};
const EXTRACT: Record<Language, string> = { de: 'In den Dokumenten steht:', en: 'The documents say:' };

export const notFoundText = (language: Language): string => NOT_FOUND[language];
export const extractLead = (language: Language): string => EXTRACT[language];
