import { html, nothing, type TemplateResult } from 'lit';
import type { Source } from '@kontor/contracts';
import type { View } from './view.js';

/** More cards than this push the answer off a screen; the others are one click away. */
const CARDS_SHOWN = 6;

export function sourceCards(view: View, sources: readonly Source[], cited: ReadonlySet<number>, title: string): TemplateResult {
  const rest = sources.slice(CARDS_SHOWN);
  return html`<details class="sources" open>
    <summary>${title}</summary>
    <ul class="cards">${sources.slice(0, CARDS_SHOWN).map((source) => card(view, source, cited))}</ul>
    ${rest.length === 0
      ? nothing
      : html`<details class="more">
          <summary>${view.texts.moreSources(rest.length)}</summary>
          <ul class="cards">${rest.map((source) => card(view, source, cited))}</ul>
        </details>`}
  </details>`;
}

function card(view: View, source: Source, cited: ReadonlySet<number>): TemplateResult {
  const { texts } = view;
  // Many documents repeat their title as the first heading; once is enough on a small card.
  const headings = source.headingPath.filter((heading) => heading !== source.title);
  const isCited = cited.has(source.ordinal);
  return html`<li>
    <button class="card" ?data-cited=${isCited} title=${`${source.title}\n${source.path}`} @click=${() => void view.actions.documents.openSource(source)}>
      <span class="number">${source.ordinal}</span>
      <span class="card-text">
        <span class="card-title">${source.title}</span>
        <span class="card-place">
          <span class="card-heading">${headings.join(' › ') || source.path}</span>
          ${source.page === null ? nothing : html`<span>${texts.page(source.page)}</span>`}
        </span>
      </span>
      ${isCited ? html`<span class="hidden">, ${texts.cited}</span>` : nothing}
    </button>
  </li>`;
}
