import { resolve } from 'node:path';
import { Progress } from '../bootstrap/progress.mjs';
import { suites } from './suites.mjs';
import { addUp, describeCounts, summarize } from './tally.mjs';

// What CI checks, and what `npm test` runs once everything is built. The last line is the sum over all suites.
const root = resolve(import.meta.dirname, '../..');
const progress = new Progress({ stream: process.stdout });
const chosen = process.argv.slice(2);
const results = [];

for (const suite of suites(root)) {
  if (chosen.length > 0 && !chosen.includes(suite.name)) continue;
  let result;
  await progress.step(suite.name, async (note) => {
    note('running');
    result = await suite.run();
    return { did: true, summary: describeCounts(result) };
  });
  for (const failure of result.failures) console.log(failure);
  if (result.failed > 0) console.log(`  Full output: ${result.log}`);
  results.push(result);
}

const { line, exitCode } = summarize(addUp(results));
console.log(line);
process.exitCode = exitCode;
