import { slices } from './slices.js';
import type { Variable } from './variable.js';

const TITLES: Record<keyof typeof slices, string> = {
  home: 'Home',
  store: 'Store',
  http: 'HTTP',
  models: 'Models',
  chatServer: 'Chat server',
  inference: 'Answers',
  ingestion: 'Import',
  services: 'Services',
  database: 'Database',
  s3: 'Blobs',
  kafka: 'Kafka',
  demo: 'Demo',
  traces: 'Traces',
  metrics: 'Metrics',
  log: 'Log',
};

/** A value as someone would write it into the environment. */
function write(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return Array.isArray(value) ? value.join(',') : String(value);
}

function row(variable: Variable<unknown>): string {
  const fallback = 'value' in variable.fallback ? `\`${write(variable.fallback.value)}\`` : variable.fallback.words;
  return `| \`${variable.name}\` | ${fallback} | ${variable.meaning} It ${variable.rule}. |`;
}

/** The reference for operators, made from the slices so that it cannot drift from them. */
export function renderConfigReference(): string {
  const sections = Object.entries(slices).map(([key, slice]) => {
    const rows = Object.values<Variable<unknown>>(slice).map(row);
    return [`## ${TITLES[key as keyof typeof slices]}`, '', '| variable | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
  });
  const head = [
    '# Configuration',
    '',
    'Kontor starts without any of these. They are environment variables; an empty one counts as not set.',
    'A wrong one stops the start with an error that names the variable and its rule, never its value.',
    'Passwords, keys, tokens and addresses with a password in them are shown nowhere, neither in a log nor in a backup.',
    '',
    'This page is made by `node tools/generate/config-reference.mjs`; edit `libs/config/src/slices.ts` instead.',
    '',
  ];
  return [...head, ...sections].join('\n');
}
