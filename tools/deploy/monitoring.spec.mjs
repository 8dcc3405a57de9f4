import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { jobs } from '@kontor/contracts';
import { METRICS, metricsText } from '@kontor/observability';
import { renderDashboard } from '../generate/dashboard/document.mjs';
import { syntaxErrors } from './promql-syntax.mjs';
import { readExpression } from './promql.mjs';

const root = resolve(import.meta.dirname, '../..');
const read = (path) => readFileSync(join(root, path), 'utf8');
const dashboard = JSON.parse(read('deploy/dashboards/kontor.json'));
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const rules = parse(read('deploy/alerts/kontor.yaml')).groups.flatMap((group) => group.rules);
const expressions = [...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr])), ...rules.map(({ alert, expr }) => [alert, expr])];

// Those that Prometheus puts to every target, and those that prom-client tells of every process.
const OF_TARGETS = ['job', 'instance'];
const ofProcesses = new Map([...(await metricsText()).text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name, kind]) => [name, { kind, labels: [] }]));
ofProcesses.set('up', { kind: 'gauge', labels: [] });
const VALUES = { queue: Object.values(jobs).map(({ queue }) => queue), state: ['waiting', 'active', 'failed'], name: [...Object.keys(jobs), 'unknown'] };

function definitionOf(name) {
  const histogram = METRICS[name.replace(/_(bucket|sum|count)$/, '')];
  if (histogram?.kind === 'histogram') return name in METRICS ? null : { kind: 'counter', labels: [...histogram.labels, ...(name.endsWith('_bucket') ? ['le'] : [])] };
  return METRICS[name] ?? ofProcesses.get(name) ?? null;
}

/** What is wrong with an expression, in words. */
function wrongIn(text) {
  const { selectors, grouped } = readExpression(text);
  const known = new Set(OF_TARGETS);
  const wrong = [];
  for (const { name, labels, range, counts } of selectors) {
    const metric = definitionOf(name);
    if (!metric) wrong.push(`no metric ${name}`);
    for (const label of metric?.labels ?? []) known.add(label);
    for (const [label, { operator, value }] of Object.entries(labels)) {
      if (![...(metric?.labels ?? []), ...OF_TARGETS].includes(label)) wrong.push(`${name} has no label ${label}`);
      if (operator === '=' && VALUES[label] && !VALUES[label].includes(value)) wrong.push(`${label} is never ${value}`);
    }
    // A counter says something only by how it grows, a gauge only by what it is.
    if (metric && (metric.kind === 'counter') !== (counts && range !== undefined)) wrong.push(`${name} is a ${metric.kind}`);
  }
  for (const label of grouped) if (!known.has(label)) wrong.push(`groups by ${label}, which no metric here has`);
  if (text.includes('histogram_quantile') && !grouped.includes('le')) wrong.push('a quantile needs le');
  return wrong;
}

const anchors = (text) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\w\s-]/g, '').trim().replace(/\s+/g, '-'));

/** What runs in a service; specs feed metrics too. */
function sourcesOf(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((path) => /^[\w-]+\/src\/.*\.ts$/.test(path) && !/\.spec\.ts$|\/testing\/|^observability\//.test(path))
    .map((path) => read(join(folder, path)));
}

describe('metrics', () => {
  it('are each fed somewhere', () => {
    const sources = [...sourcesOf('libs'), ...sourcesOf('apps')].join('\n');
    const unfed = Object.entries(METRICS).filter(([name, { kind }]) => {
      const feed = { counter: 'count', gauge: 'gauge', histogram: '(?:observe|timed)' }[kind];
      return !new RegExp(`\\b${feed}\\('${name}'`).test(sources);
    });
    expect(unfed.map(([name]) => name)).toEqual([]);
  });

  it('are each shown on the dashboard', () => {
    const shown = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => readExpression(expr).selectors.map(({ name }) => name.replace(/_(bucket|count|sum)$/, ''))));
    expect(Object.keys(METRICS).filter((name) => !shown.includes(name))).toEqual([]);
  });
});

describe('expressions', () => {
  it.each(expressions)('of %s ask for metrics and labels that there are: %s', (_title, text) => {
    expect(wrongIn(text)).toEqual([]);
  });

  it.each(expressions)('of %s are such as Prometheus reads: %s', (_title, text) => {
    expect(syntaxErrors(text)).toEqual([]);
  });

  it.each(['max by corpus (kontor_queue_jobs)', 'max(kontor_queue_jobs{queue=inference})', 'sum(rate(kontor_answers_total[5 minutes]))', 'kontor_queue_jobs > 0 unless on queue up', 'rate(kontor_answers_total[5m]', 'kontor_queue_jobs >'])('that Prometheus does not read are found: %s', (text) => {
    expect(syntaxErrors(text)).not.toEqual([]);
  });

  it.each([
    ['rate(kontor_answer_total[5m])', ['no metric kontor_answer_total']],
    ['max(kontor_queue_jobs{queues="inference"})', ['kontor_queue_jobs has no label queues']],
    ['max(kontor_queue_jobs{queue="answers"})', ['queue is never answers']],
    ['sum by (leg) (rate(kontor_answers_total[5m]))', ['groups by leg, which no metric here has']],
    ['rate(kontor_queue_jobs[5m])', ['kontor_queue_jobs is a gauge']],
    ['sum(kontor_answers_total)', ['kontor_answers_total is a counter']],
    ['rate(kontor_search_seconds[5m])', ['no metric kontor_search_seconds']],
    ['histogram_quantile(0.5, sum(rate(kontor_search_seconds_bucket[5m])))', ['a quantile needs le']],
  ])('that are wrong are found: %s', (text, wrong) => {
    expect(wrongIn(text)).toEqual(wrong);
  });

  it.each(['rates(kontor_answers_total[5m])', 'sum(rate(kontor_answers_total[5m])', 'max(kontor_queue_jobs{queue})'])('that cannot be read are refused: %s', (text) => {
    expect(() => readExpression(text)).toThrow(text);
  });
});

describe('the dashboard', () => {
  it('is what npm run generate makes', () => {
    expect(read('deploy/dashboards/kontor.json')).toBe(renderDashboard());
  });

  it('has ids of its own for its panels, none over another, within the width', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, cell) => [x + (cell % w), y + Math.floor(cell / w)]));
    expect(new Set(cells.map(String)).size).toBe(cells.length);
    expect(Math.max(...cells.map(([x]) => x))).toBe(23);
  });
});

describe('alerts', () => {
  it.each(rules.map((rule) => [rule.alert, rule]))('%s says what is wrong, what to do and where to read on', (_name, { annotations, labels, for: lasting }) => {
    expect(lasting).toMatch(/^\d+[mh]$/);
    expect(['warning', 'critical']).toContain(labels.severity);
    expect(annotations.summary.length).toBeGreaterThan(20);
    expect(annotations.action.length).toBeGreaterThan(20);
    const [path, section] = annotations.runbook_url.split('#');
    expect(anchors(read(path))).toContain(section);
  });

  it('have names of their own', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });
});
