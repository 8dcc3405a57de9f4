import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { isRunning } from '../answer/answer.js';
import { hasDrawer } from '../state/state.js';
import { formatNumber } from '../texts/format.js';
import { announcer } from './announcer.js';
import { askBox } from './ask-box.js';
import { menuIcon, plusIcon } from './icons.js';
import { capabilityBanner, problemBanner } from './problem.js';
import { turnView } from './turn.js';
import type { View } from './view.js';

export function conversationView(view: View): TemplateResult {
  const { state, texts } = view;
  const elapsed = (running: boolean) => (running ? view.nowMs : 0);
  const title = state.conversation?.title || texts.newConversation;
  return html`${topBar(view, title)}
    ${capabilityBanner(view)}
    <section id="thread" class="thread" tabindex="0" aria-label=${title}>
      ${state.turns.length === 0
        ? welcome(view)
        : repeat(
            state.turns,
            (turn) => turn.key,
            // A finished turn is not taken apart again while another one is being written.
            (turn) =>
              guard([turn, texts, state.document, state.judging, state.connectionLive, state.stopping, elapsed(isRunning(turn.answer))], () => turnView(view, turn)),
          )}
    </section>
    <div class="foot">${problemBanner(view)} ${askBox(view)}</div>
    ${announcer(view)}`;
}

export function topBar(view: View, title: string): TemplateResult {
  const { state, texts, actions } = view;
  const drawer = hasDrawer(state);
  return html`<header class="bar">
    ${drawer
      ? html`<button
          id="menu" class="icon-button" aria-label=${texts.openMenu} aria-expanded=${state.drawerOpen} aria-controls="sidebar"
          @click=${() => actions.store.update({ drawerOpen: true })}
        >${menuIcon}</button>`
      : nothing}
    <h2>${title}</h2>
    ${state.session?.demo && drawer ? html`<span class="tag">${texts.demo}</span>` : nothing}
    ${drawer
      ? html`<button class="icon-button" aria-label=${texts.newConversation} @click=${() => actions.conversations.startNew()}>${plusIcon}</button>`
      : nothing}
  </header>`;
}

function welcome(view: View): TemplateResult {
  const { state, texts } = view;
  const corpora = state.session?.corpora ?? [];
  const nothingToRead = state.session?.person?.administrator ? texts.noCorporaAdministrator : texts.noCorpora;
  return html`<div class="welcome">
    <h1>${texts.welcome}</h1>
    <p>${texts.welcomeText}</p>
    ${corpora.length === 0 ? html`<p class="aside">${nothingToRead}</p>` : corpusChoice(view)}
  </div>`;
}

/** Laid out like a page of accounts: name, dotted line, count. With one collection there is nothing to choose. */
function corpusChoice({ state, texts, actions }: View): TemplateResult {
  const corpora = state.session?.corpora ?? [];
  const choice = corpora.length > 1;
  const total = corpora.reduce((sum, corpus) => sum + corpus.documents, 0);
  const row = (name: string | null, count: number) => html`<label class="entry">
    ${choice
      ? html`<input type="radio" name="corpus" .checked=${state.corpus === name} @change=${() => actions.store.update({ corpus: name })} />`
      : nothing}
    <span class="entry-name">${name ?? texts.allDocuments}</span>
    <span class="leader" aria-hidden="true"></span>
    <span class="entry-count">${texts.documents(formatNumber(count, texts.locale), count === 1)}</span>
  </label>`;
  return html`<fieldset class="account">
    <legend>${texts.searchIn}</legend>
    ${choice ? row(null, total) : nothing} ${corpora.map((corpus) => row(corpus.name, corpus.documents))}
  </fieldset>`;
}
