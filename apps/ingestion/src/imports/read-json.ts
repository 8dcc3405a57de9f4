import { readFile } from 'node:fs/promises';
import { AppError } from '@kontor/kernel';
import type { z } from 'zod';

/** Reads a settings file of an import; the error names the file, the place in it and the rule. */
export async function readJson<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('import.file_unreadable', { status: 400, message: `${path} could not be read; check the path.`, cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('import.file_invalid', { status: 400, message: `${path} is not JSON: ${(cause as Error).message}`, cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join(' › ') || 'file'}: ${issue.message}`);
  throw new AppError('import.file_invalid', { status: 400, message: `${path}: ${issues.join('; ')}` });
}
