import { html, nothing, type TemplateResult } from 'lit';
import type { Source } from '@kontor/contracts';
import type { View } from './view.js';

/** A passage without a heading that starts so early is the beginning of its document; a file's head may stand before it. */
const BEGINNING_UNITS = 400;
/** More documents than this push the answer off a screen; the others are one click away. */
const DOCUMENTS_SHOWN = 4;

/** The sources, gathered by the document in which they stand: several passages of one document are the rule. */
export function sourceCards(view: View, sources: readonly Source[], cited: ReadonlySet<number>, title: string): TemplateResult {
  const documents = [...Map.groupBy(sources, (source) => source.documentId).values()];
  const rest = documents.slice(DOCUMENTS_SHOWN);
  return html`<details class="sources" open>
    <summary>${title}</summary>
    <ul class="cards">${documents.slice(0, DOCUMENTS_SHOWN).map((passages) => card(view, passages, cited))}</ul>
    ${rest.length === 0
      ? nothing
      : html`<details class="more">
          <summary>${view.texts.moreDocuments(rest.length)}</summary>
          <ul class="cards">${rest.map((passages) => card(view, passages, cited))}</ul>
        </details>`}
  </details>`;
}

function card(view: View, passages: readonly Source[], cited: ReadonlySet<number>): TemplateResult {
  const [{ title, path }] = passages as [Source];
  return html`<li class="card">
    <p class="card-title" title=${path}>${title}</p>
    <ul aria-label=${title}>${passages.map((source) => html`<li>${passageButton(view, source, cited.has(source.ordinal))}</li>`)}</ul>
  </li>`;
}

function passageButton({ texts, actions }: View, source: Source, isCited: boolean): TemplateResult {
  return html`<button class="source" ?data-cited=${isCited} @click=${() => void actions.documents.openSource(source)}>
    <span class="number">${source.ordinal}</span>
    <span class="place-of">${placeOf(source) ?? (source.start < BEGINNING_UNITS ? texts.beginning : texts.somewhere)}</span>
    ${source.page === null ? nothing : html`<span class="page-of">${texts.page(source.page)}</span>`}
    ${isCited ? html`<span class="hidden">, ${texts.cited}</span>` : nothing}
  </button>`;
}

/** Many documents repeat their title as the first heading; once is enough on a small card. */
function placeOf(source: Source): string | null {
  const headings = source.headingPath.filter((heading) => heading !== source.title);
  return headings.length === 0 ? null : headings.join(' › ');
}
