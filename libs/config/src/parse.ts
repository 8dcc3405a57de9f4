import { AppError } from '@kontor/kernel';
import type { Slice, SliceValue, Variable } from './variable.js';

export type Environment = Readonly<Record<string, string | undefined>>;
export interface Problem {
  variable: string;
  rule: string;
}

function readVariable(variable: Variable<unknown>, env: Environment, problems: Problem[]): unknown {
  const text = env[variable.name]?.trim();
  // A compose file passes an unset variable on as an empty one, so empty means: not set.
  if (text === undefined || text === '') return 'value' in variable.fallback ? variable.fallback.value : undefined;
  const result = variable.schema.safeParse(text);
  if (result.success) return result.data;
  problems.push({ variable: variable.name, rule: variable.rule });
  return undefined;
}

/** Reads one slice; a problem is added to `problems` so that all of them are told at once. */
export function readSlice<Entries extends Slice>(slice: Entries, env: Environment, problems: Problem[]): SliceValue<Entries> {
  const entries = Object.entries(slice).map(([key, variable]) => [key, readVariable(variable, env, problems)]);
  return Object.fromEntries(entries) as SliceValue<Entries>;
}

/** Names variable and rule and never the value, which may be a secret. */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map((problem) => `  ${problem.variable} ${problem.rule}`);
  throw new AppError('config.invalid', {
    message: ['Kontor cannot start with this configuration. Correct these variables:', ...lines].join('\n'),
    details: { problems },
  });
}
