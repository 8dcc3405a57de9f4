/** What search knows of a question before a model sees it. */
export interface AnswerEvidence {
  /** Highest cosine of a chunk with the question; null without an embedder. */
  bestCosine: number | null;
  /** Share of the question's word weight that the best chunks hold, 0 to 1. */
  coverage: number;
  /** How many of the ten best of each leg are the same. */
  agreement: number;
}

/** One table, so that measuring on other documents changes these figures and nothing else. */
const TABLE = { cosineWeight: 9, cosineCentre: 0.835, coverageWeight: 2, coverageCentre: 0.45, agreementWeight: 0.12, threshold: -0.35, lexicalCoverageMin: 0.5 };

/** Decides outside the model whether the documents hold an answer at all; a model this small would invent one. */
export function assessAnswerability(evidence: AnswerEvidence): { answerable: boolean; score: number } {
  if (evidence.bestCosine === null) return { answerable: evidence.coverage >= TABLE.lexicalCoverageMin, score: evidence.coverage };
  const score =
    TABLE.cosineWeight * (evidence.bestCosine - TABLE.cosineCentre) + TABLE.coverageWeight * (evidence.coverage - TABLE.coverageCentre) + TABLE.agreementWeight * (evidence.agreement - 3);
  return { answerable: score >= TABLE.threshold, score };
}
