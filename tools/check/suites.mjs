import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { logPath, run } from '../bootstrap/processes.mjs';
import { findChromium } from './chromium.mjs';
import { countFindings, countReport } from './tally.mjs';

const MINUTE_MS = 60_000;

/** Everything that `npm test` runs, quick ones first. A suite that takes longer than its limit is ended and failed. */
export function suites(root) {
  const vitest = (name, args, minutesMax) => ({ name, run: () => runVitest(root, name, args, minutesMax * MINUTE_MS) });
  const all = [
    { name: 'tidy', run: () => runTidy(root) },
    { name: 'lint', run: () => runLint(root) },
    // Longer than the others: on a machine that has Go and no Helm, Helm is built for the chart.
    vitest('tools', ['--project', 'tools'], 15),
    vitest('architecture', ['--project', 'architecture'], 5),
    vitest('unit', ['--project', 'unit'], 5),
    vitest('medium', ['--project', 'medium'], 30),
  ];
  const endToEnd = join(root, 'tests/e2e/vitest.config.mjs');
  if (existsSync(endToEnd)) all.push(vitest('e2e', ['--config', endToEnd], 20));
  return all;
}

async function runVitest(root, name, args, timeoutMs) {
  const log = logPath(root, `check-${name}`);
  return withReport(async (report) => {
    const flags = ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const end = await node(root, ['node_modules/vitest/vitest.mjs', ...flags], { log, timeoutMs });
    return { log, ...countReport(readJson(report), end) };
  });
}

async function runTidy(root) {
  const log = logPath(root, 'check-tidy');
  const end = await node(root, ['tools/tidy/main.mjs'], { log, timeoutMs: 2 * MINUTE_MS });
  // The last line is the sum.
  const findings = end.output.split('\n').filter((line) => line.startsWith('tidy: ')).slice(0, -1);
  return { log, ...countFindings(findings.map((line) => line.slice('tidy: '.length)), end) };
}

async function runLint(root) {
  const log = logPath(root, 'check-lint');
  return withReport(async (report) => {
    const end = await node(root, ['node_modules/eslint/bin/eslint.js', '.', '--format', 'json', '--output-file', report], { log, timeoutMs: 10 * MINUTE_MS });
    const findings = (readJson(report) ?? []).flatMap(({ filePath, messages }) =>
      messages.map(({ line, message, ruleId }) => `${relative(root, filePath)}:${line} ${message}${ruleId ? ` (${ruleId})` : ''}`),
    );
    return { log, ...countFindings(findings, end) };
  });
}

async function withReport(work) {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-check-'));
  try {
    return await work(join(folder, 'report.json'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

function node(root, args, { log, timeoutMs }) {
  const { FORCE_COLOR: _color, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: '1', CHROMIUM_PATH: findChromium(process.env) ?? '' };
  return run(process.execPath, args, { cwd: root, env, log, timeoutMs });
}
