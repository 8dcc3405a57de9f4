import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Pieces of about `length` characters, evenly from all Markdown files under a folder, so that a run is repeatable. */
export function readPassages(folder, count, length = 1_000) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.md'));
  const texts = files.map((entry) => join(entry.parentPath, entry.name)).sort().map((path) => readFileSync(path, 'utf8'));
  const pieces = texts.flatMap((text) => Array.from({ length: Math.ceil(text.length / length) }, (_, i) => text.slice(i * length, (i + 1) * length)));
  const step = Math.max(1, Math.floor(pieces.length / count));
  return pieces.filter((_, i) => i % step === 0).slice(0, count);
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
/** Median, and the lowest and highest in brackets. */
export const range = (values) => `${median(values).toFixed(3)} (${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)})`;
export const cosine = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** Processor milliseconds of this process: a busy machine changes them far less than the clock on the wall. */
export function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
