import type { EvaluationLine, EvaluationQuestion } from '@kontor/contracts';
import { factsFound, normalisedGain, quantile, quoteHit, recallAt, reciprocalRank, type JudgedHits } from '@kontor/rag-core';

export interface SearchGroup {
  name: string;
  questions: number;
  recall: Record<number, number>;
  reciprocalRank: number;
  gain: number;
}
export interface AnswerGroup {
  kind: string;
  questions: number;
  answered: number;
  abstained: number;
  /** Of those abstained: answers that ended with an error. */
  failed: number;
  allFacts: number;
  citedGold: number;
}
export interface Summary {
  search: SearchGroup[];
  answers: AnswerGroup[];
  leaks: number;
  timings: Record<string, { median: number; p95: number }>;
}

type Pair = { question: EvaluationQuestion; line: EvaluationLine };

export function summarise(questions: readonly EvaluationQuestion[], lines: readonly EvaluationLine[]): Summary {
  const pairs = questions.map((question, index): Pair => ({ question, line: lines[index]! }));
  const answerable = pairs.filter(({ question }) => question.kind === 'answerable');
  const groups: [string, Pair[]][] = [['answerable', answerable]];
  for (const language of ['de', 'en']) groups.push([`language ${language}`, answerable.filter(({ question }) => question.lang === language)]);
  for (const style of new Set(answerable.flatMap(({ question }) => question.style ?? []))) groups.push([`style ${style}`, answerable.filter(({ question }) => question.style === style)]);
  groups.push(['uses lexicon', answerable.filter(({ question }) => question.uses_lexicon === true)]);
  const kinds = [...new Set(questions.map((question) => question.kind))];
  const answered = pairs.some(({ line }) => line.answer !== undefined);
  return {
    search: groups.filter(([, members]) => members.length > 0).map(([name, members]) => searchGroup(name, members)),
    answers: answered ? kinds.map((kind) => answerGroup(kind, pairs.filter(({ question }) => question.kind === kind))) : [],
    leaks: pairs.filter(leaks).length,
    timings: timingsOf(lines),
  };
}

/** Relevance of each hit: of the gold document and holding the quote, or most of it. */
function judge({ question, line }: Pair): JudgedHits {
  const holds = (hit: EvaluationLine['hits'][number], gold: EvaluationQuestion['gold'][number]): boolean => hit.doc === gold.doc && quoteHit(hit.text, gold.quote);
  const relevant = line.hits.map((hit) => question.gold.some((gold) => holds(hit, gold)));
  const foundAt = (k: number): number => question.gold.filter((gold) => line.hits.slice(0, k).some((hit) => holds(hit, gold))).length;
  return { relevant, foundAt, needed: question.gold_mode === 'any' ? 1 : question.gold.length };
}

function searchGroup(name: string, members: readonly Pair[]): SearchGroup {
  const judged = members.map(judge);
  const mean = (value: (hits: JudgedHits) => number): number => judged.reduce((sum, hits) => sum + value(hits), 0) / judged.length;
  const recall = Object.fromEntries([5, 10, 20].map((k) => [k, mean((hits) => recallAt(hits, k))]));
  return { name, questions: members.length, recall, reciprocalRank: mean(reciprocalRank), gain: mean(normalisedGain) };
}

function answerGroup(kind: string, members: readonly Pair[]): AnswerGroup {
  const count = (test: (pair: Pair) => boolean): number => members.filter(test).length;
  return {
    kind,
    questions: members.length,
    answered: count(({ line }) => line.answer?.status === 'answered'),
    abstained: count(({ line }) => line.answer?.status === 'abstained'),
    failed: count(({ line }) => line.answer?.error !== undefined),
    allFacts: count(({ question, line }) => question.answer_has.length > 0 && factsFound(line.answer?.text ?? '', question.answer_has).every(Boolean)),
    citedGold: count(({ question, line }) => line.answer?.citations.some((citation) => question.gold.some((gold) => gold.doc === citation.doc)) ?? false),
  };
}

/** What a restricted question's documents hold must not show in hits or citations, whatever the answer says. */
function leaks({ question, line }: Pair): boolean {
  if (question.kind !== 'restricted') return false;
  const docs = new Set(question.gold.map((gold) => gold.doc));
  return line.hits.some((hit) => docs.has(hit.doc)) || (line.answer?.citations.some((citation) => docs.has(citation.doc)) ?? false);
}

function timingsOf(lines: readonly EvaluationLine[]): Summary['timings'] {
  const of = (pick: (line: EvaluationLine) => number | null): number[] => lines.map(pick).filter((value) => value !== null);
  const all: [string, number[]][] = [
    ['search', of((line) => line.timings.search_ms)],
    ['first token', of((line) => line.timings.first_token_ms)],
    ['total', of((line) => (line.answer ? line.timings.total_ms : null))],
  ];
  return Object.fromEntries(all.filter(([, values]) => values.length > 0).map(([name, values]) => [name, { median: quantile(values, 0.5), p95: quantile(values, 0.95) }]));
}
