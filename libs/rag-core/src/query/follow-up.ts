const WORDS_MAX = 9;
const REFERS = /^(?:und|oder|aber|also|and|or|but|what about|how about|wie sieht|gilt das|does (?:that|this|it))\b|\b(?:dafür|davon|dabei|dazu|darüber|damit|dort|deren|dessen|dies|diese[rsnm]?|das|sie|er|it|its|that|this|those|these|they|them|there|one)\b/iu;

/** Whether a question leans on the one before: it is short and points back, or begins in the middle of a thought. */
export function needsHistory(question: string): boolean {
  return question.split(/\s+/).length <= WORDS_MAX && REFERS.test(question);
}

/** What to search for: the question, and where it leans on the one before, the two together. */
export function searchQuestions(question: string, history: readonly string[]): string[] {
  const before = history.at(-1);
  if (before === undefined) return [question];
  return needsHistory(question) ? [`${before} ${question}`, question] : [question];
}
