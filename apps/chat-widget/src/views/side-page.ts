import { html, type TemplateResult } from 'lit';
import { topBar } from './conversation.js';
import type { View } from './view.js';

/** A page of the administrators, beside the conversation, which a button at its end leads back to. */
export function sidePage(view: View, words: { bar: string; title: string; text: string }, content: unknown): TemplateResult {
  return html`${topBar(view, words.bar)}
    <section class="side-page">
      <h1>${words.title}</h1>
      <p>${words.text}</p>
      ${content}
      <button class="quiet" @click=${() => view.actions.store.update({ view: 'chat' })}>${view.texts.backToChat}</button>
    </section>`;
}
