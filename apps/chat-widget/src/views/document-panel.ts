import { html, nothing, type TemplateResult } from 'lit';
import type { Passage } from '@kontor/contracts';
import type { OpenDocument } from '../state/state.js';
import { closeIcon, downloadIcon } from './icons.js';
import { passageView } from './passage.js';
import { problemBanner } from './problem.js';
import type { View } from './view.js';

/** The document at the passage: beside the conversation, or over it on a narrow screen. */
export function documentPanel(view: View, document: OpenDocument): TemplateResult {
  const { texts, actions, state } = view;
  const over = state.width === 'narrow';
  const headings = document.headingPath.filter((heading) => heading !== document.title);
  const place = [...headings, ...(document.page === null ? [] : [texts.page(document.page)])];
  return html`<aside class="document" role=${over ? 'dialog' : 'complementary'} aria-modal=${over ? 'true' : nothing} aria-label=${texts.documentLabel}>
    <header>
      <div>
        <p class="path">${document.passage === null ? nothing : `${document.passage.corpus} / ${document.passage.path}`}</p>
        <h2 id="document-title" tabindex="-1">${document.title}</h2>
        ${place.length === 0 ? nothing : html`<p class="place">${place.join(' › ')}</p>`}
      </div>
      <button class="icon-button" aria-label=${texts.closeDocument} @click=${() => actions.documents.close()}>${closeIcon}</button>
    </header>
    ${over ? problemBanner(view) : nothing}
    <div id="document-text" class="document-body" tabindex="0" role="region" aria-labelledby="document-title">
      ${document.passage === null ? html`<p class="status" role="status">${texts.openingDocument}</p>` : passageText(view, document, document.passage)}
    </div>
    <footer>
      <a class="quiet" href=${actions.store.api.originalUrl(document.id)} download>${downloadIcon} ${texts.download}</a>
    </footer>
  </aside>`;
}

function passageText(view: View, document: OpenDocument, passage: Passage): TemplateResult {
  const { texts, actions } = view;
  return html`${passage.textStart > 0
      ? html`<button class="quiet wide" @click=${() => void actions.documents.widen('before')}>${texts.earlier}</button>`
      : html`<p class="edge">${texts.documentStart}</p>`}
    ${passageView(view, passage, document)}
    ${passage.textEnd < passage.totalUnits
      ? html`<button class="quiet wide" @click=${() => void actions.documents.widen('after')}>${texts.later}</button>`
      : html`<p class="edge">${texts.documentEnd}</p>`}`;
}
