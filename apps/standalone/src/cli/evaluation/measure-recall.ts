import { createHash } from 'node:crypto';
import type { EvaluationLine } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import type { KontorClient } from '../client.js';
import { evaluateQuestion, nothingReadable, readersOf } from './evaluate-question.js';
import { readQuestions } from './read-questions.js';
import { summarise } from './summary.js';

/** What search finds of a set of questions: the figures, and a hash over every hit in its order. */
export interface Recall {
  corpus: string;
  questionsSha256: string;
  questions: number;
  hits: string;
  recall: Record<string, number>;
}

export async function measureRecall(client: KontorClient, path: string, corpus: string): Promise<Recall> {
  const questions = await readQuestions(path);
  const readers = await readersOf(client, questions, corpus);
  const lines: EvaluationLine[] = [];
  for (const question of questions) lines.push(readers.has(question.asked_by) ? await evaluateQuestion(client.as(question.asked_by), question, corpus, 'search') : nothingReadable(question, 'search'));
  const recall: Record<string, number> = {};
  for (const group of summarise(questions, lines).search) for (const [k, value] of Object.entries(group.recall)) recall[`${group.name} @${k}`] = value;
  const found = lines.map(({ id, hits }) => [id, hits.map(({ doc, start, end }) => [doc, start, end])]);
  return { corpus, questionsSha256: sha256(JSON.stringify(questions)), questions: questions.length, hits: sha256(JSON.stringify(found)), recall };
}

/** Refuses a copy in which search finds another share of what it found before. */
export function assertSameRecall(before: Recall, now: Recall): void {
  if (before.questionsSha256 !== now.questionsSha256) throw new AppError('restore.other_questions', { message: 'These are not the questions that were measured when the backup was made. Give the same file.' });
  const changed = Object.keys(before.recall).filter((name) => before.recall[name] !== now.recall[name]);
  if (changed.length === 0) return;
  throw new AppError('restore.recall_differs', {
    message: `Search does not find what it found before (${changed[0]}: ${before.recall[changed[0]!]!.toFixed(3)} before, ${now.recall[changed[0]!]?.toFixed(3)} now), so nothing was restored. Is the same embedding model there? See ./kontor models list.`,
    details: { before: before.recall, now: now.recall },
  });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
