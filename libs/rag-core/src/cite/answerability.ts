import type { Language } from '../document/index.js';

/** What is known, before a word is written, of whether the documents answer a question. */
export interface AnswerEvidence {
  /** How well the best passage holds the question's words, see `matchStrength`. */
  lexical: number;
  /** How likely the model's next word is yes when asked whether the excerpts state the answer, 0 to 1; null without a model. */
  stated: number | null;
}

/**
 * Fitted on 84 of the questions of a handbook and of the German statutes with Qwen2.5-Coder-1.5B, see docs/measured.md. The
 * two signals err on different questions; a small model says yes more readily in German.
 */
const TABLE = { lexicalCentre: 0.83, lexicalWeight: 0.75, statedCentre: { de: 0.65, en: 0.5 }, answerMin: 0.08, sureMin: 0.3, lexicalAlone: 0.75, lexicalMin: 0.4 };

export interface Answerability {
  answerable: boolean;
  /** So likely that the documents' own words are shown even where the model's draft cannot be used. */
  sure: boolean;
}

/** Decides outside the model whether the documents hold an answer at all; a model this small would invent one. */
export function assessAnswerability({ lexical, stated }: AnswerEvidence, language: Language): Answerability {
  if (stated === null) return { answerable: lexical >= TABLE.lexicalAlone, sure: lexical >= TABLE.lexicalAlone };
  const score = stated - TABLE.statedCentre[language] + TABLE.lexicalWeight * (lexical - TABLE.lexicalCentre);
  return { answerable: score >= TABLE.answerMin, sure: score >= TABLE.sureMin };
}

/** So few of the question's words stand in any passage that asking the model is no use. */
export function isOutOfReach(lexical: number): boolean {
  return lexical < TABLE.lexicalMin;
}
