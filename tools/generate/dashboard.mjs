// Writes deploy/dashboards/kontor.json for Grafana.
import { writeFile } from 'node:fs/promises';
import { renderDashboard } from './dashboard/document.mjs';

await writeFile(new URL('../../deploy/dashboards/kontor.json', import.meta.url), renderDashboard());
