import { html, nothing, type TemplateResult } from 'lit';
import type { ImportProgress } from '@kontor/contracts';
import { isActive } from '../state/imports.js';
import { problemIn } from '../texts/index.js';
import { formatDuration, formatNumber } from '../texts/format.js';
import type { View } from './view.js';

/** One import: how far it is, how fast, and what could not be read. */
export function importRun(view: View, run: ImportProgress): TemplateResult {
  const { texts } = view;
  const seen = run.parsed + run.unchanged + run.failed;
  const share = run.state === 'embedding' ? ratio(run.embedded, run.chunks) : ratio(seen, run.files);
  return html`<article class="run" data-state=${run.state}>
    <header>
      <h3>${run.corpus}</h3>
      <p>${texts.importStates[run.state]}</p>
    </header>
    ${isActive(run) ? html`<progress max="1" .value=${share} aria-label=${`${run.corpus}: ${texts.importStates[run.state]}`}></progress>` : nothing}
    <dl>${figures(view, run, seen)}</dl>
    ${run.notices.map((notice) => html`<p class="aside">${notice}</p>`)}
    ${run.failures.length === 0
      ? nothing
      : html`<details class="failures" ?open=${run.failures.length <= 5}>
          <summary>${texts.failures(run.failures.length)}</summary>
          <ul>${run.failures.map(({ path, code, message }) => html`<li><strong>${path}</strong> ${problemIn(view.state.language, code, message)} <span class="code">${code}</span></li>`)}</ul>
        </details>`}
  </article>`;
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : Math.min(1, part / whole));

function figures({ texts }: View, run: ImportProgress, seen: number): TemplateResult[] {
  const number = (value: number) => formatNumber(value, texts.locale);
  const active = isActive(run);
  const rate = run.chunksPerSecond;
  const rows: [string, string | null][] = [
    [texts.figures.documents, texts.of(number(seen), number(run.files))],
    [texts.figures.passages, texts.of(number(run.embedded), number(run.chunks))],
    [texts.figures.rate, rate === null ? null : texts.perSecond(formatNumber(rate, texts.locale, rate < 10 ? 1 : 0))],
    active
      ? [texts.figures.left, run.remainingMs === null ? null : formatDuration(run.remainingMs)]
      : [texts.figures.elapsed, formatDuration(run.elapsedMs)],
    [texts.figures.unchanged, run.unchanged === 0 ? null : number(run.unchanged)],
    [texts.figures.removed, run.removed === 0 ? null : number(run.removed)],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [html`<div><dt>${name}</dt><dd>${value}</dd></div>`]));
}
