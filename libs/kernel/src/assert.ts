import { AppError } from './app-error.js';

/** States an invariant of our own code; bad input is an AppError of its own kind, not this. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AppError('internal.invariant', { message });
}
