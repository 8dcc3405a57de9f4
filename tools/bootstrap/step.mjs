/** A step that cannot go on; its message says what happened and what to do, in one sentence. */
export class Failure extends Error {}

/** Runs a step and prints one line with its time; `work` returns a word for the line. */
export function step(name, quiet, work) {
  const startedMs = Date.now();
  const word = work();
  if (!quiet) process.stdout.write(`${name.padEnd(9)} ${word} (${((Date.now() - startedMs) / 1_000).toFixed(1)} s)\n`);
}
