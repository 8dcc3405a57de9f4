import { AppError } from './app-error.js';

/** For switches over a closed union: a new member fails to compile here instead of passing silently. */
export function assertNever(value: never): never {
  throw new AppError('internal.unreachable', { message: `Unexpected value: ${JSON.stringify(value)}` });
}

/** States an invariant of our own code; bad input is an AppError of its own kind, not this. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AppError('internal.invariant', { message });
}
