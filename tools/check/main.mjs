// What `npm test` runs once everything is built. Its last line is the sum over all suites.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const results = mkdtempSync(join(tmpdir(), 'kontor-check-'));

/** Runs vitest with one configuration and counts from its JSON report, not from its exit code. */
function vitest(name, configuration) {
  const file = join(results, `${name}.json`);
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', configuration, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const run = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  // A file that fails to load holds no test, yet it is a failure; so is a runner that ends badly with no failed test.
  const broken = report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.every((test) => test.status !== 'failed')).length;
  const failed = report.numFailedTests + broken;
  return { passed: report.numPassedTests, failed: run.status === 0 ? failed : Math.max(1, failed), skipped: report.numPendingTests };
}

/** A checker that is one test: it passes or fails as a whole. */
function checker(args) {
  const run = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return { passed: run.status === 0 ? 1 : 0, failed: run.status === 0 ? 0 : 1, skipped: 0 };
}

const suites = [
  ['lint', 'eslint.config.mjs', () => checker(['node_modules/eslint/bin/eslint.js', '.'])],
  ['tidy', 'tools/tidy/main.mjs', () => checker(['tools/tidy/main.mjs'])],
  ['specs', 'vitest.config.mjs', () => vitest('specs', 'vitest.config.mjs')],
  ['e2e', 'tests/e2e/vitest.config.mjs', () => vitest('e2e', 'tests/e2e/vitest.config.mjs')],
];

const total = { passed: 0, failed: 0, skipped: 0 };
for (const [name, needs, run] of suites) {
  if (!existsSync(needs)) continue;
  const startedMs = Date.now();
  const result = run();
  for (const key of Object.keys(total)) total[key] += result[key];
  console.log(`${name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped (${Math.round((Date.now() - startedMs) / 1_000)} s)`);
}
if (total.passed + total.failed === 0) total.failed = 1;
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
