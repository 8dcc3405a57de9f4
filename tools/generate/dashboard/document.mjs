import { ROWS } from './panels.mjs';

const SOURCE = { type: 'prometheus', uid: '${source}' };
const COLUMNS = 24;
const HEIGHT = 8;

/** The dashboard in the schema of Grafana 11, panels side by side in equal widths. */
export function renderDashboard() {
  const panels = [];
  let y = 0;
  for (const row of ROWS) {
    panels.push({ id: panels.length + 1, type: 'row', title: row.title, collapsed: false, gridPos: { h: 1, w: COLUMNS, x: 0, y }, panels: [] });
    y += 1;
    const perLine = row.panels.length === 5 ? 3 : row.panels.length;
    for (const [index, panel] of row.panels.entries()) {
      const w = COLUMNS / perLine;
      panels.push(timeSeries(panels.length + 1, panel, { h: HEIGHT, w, x: (index % perLine) * w, y: y + Math.floor(index / perLine) * HEIGHT }));
    }
    y += Math.ceil(row.panels.length / perLine) * HEIGHT;
  }
  return `${JSON.stringify({ ...FRAME, panels }, null, 1)}\n`;
}

function timeSeries(id, { title, description, unit, targets }, gridPos) {
  return {
    id, type: 'timeseries', title, description, gridPos, datasource: SOURCE,
    fieldConfig: { defaults: { unit, min: 0, custom: { drawStyle: 'line', fillOpacity: 8, showPoints: 'never' } }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom', showLegend: true }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: targets.map(({ expr, legend }, index) => ({ refId: String.fromCharCode(65 + index), datasource: SOURCE, editorMode: 'code', expr, legendFormat: legend, range: true })),
  };
}

const FRAME = {
  uid: 'kontor', title: 'Kontor', description: 'Made by tools/generate/dashboard.mjs; what the figures mean: docs/operating/monitoring.md.', tags: ['kontor'],
  schemaVersion: 39, version: 1, editable: true, graphTooltip: 1, refresh: '1m', time: { from: 'now-6h', to: 'now' }, timezone: 'browser',
  annotations: { list: [] }, links: [],
  templating: { list: [{ name: 'source', label: 'Prometheus', type: 'datasource', query: 'prometheus', current: {}, hide: 0, includeAll: false, multi: false, refresh: 1, regex: '', options: [] }] },
};
