import { readFile } from 'node:fs/promises';
import { EvaluationQuestion } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';

export async function readQuestions(path: string): Promise<EvaluationQuestion[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('eval.file_unreadable', { message: `${path} could not be read; check the path.`, cause });
  });
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = EvaluationQuestion.safeParse(safeJson(line));
    if (parsed.success) return [parsed.data];
    throw new AppError('eval.file_invalid', { message: `${path}, line ${index + 1}: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}` });
  });
}

function safeJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
