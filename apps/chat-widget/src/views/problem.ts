import { html, nothing, type TemplateResult } from 'lit';
import type { Capability } from '@kontor/contracts';
import { isPreparing } from '../state/session-watch.js';
import type { Problem } from '../state/state.js';
import { problemIn, type Texts } from '../texts/index.js';
import { closeIcon } from './icons.js';
import type { View } from './view.js';

/** What went wrong in words, with its stable code small beside it for whoever helps. */
export function problemText(view: View, problem: Problem): TemplateResult {
  return html`${wordsOf(view, problem)} <span class="code">${problem.code}</span>`;
}

function wordsOf({ texts, state }: View, problem: Problem): string {
  // These arise on the page, so their words are the page's too.
  if (problem.code === 'network.unreachable') return texts.unreachable;
  if (problem.code === 'stream.gone') return texts.streamGone;
  if (problem.code === 'http.unexpected') return texts.unexpected;
  return problemIn(state.language, problem.code, problem.detail);
}

export function problemBanner(view: View): TemplateResult {
  const { state, texts, actions } = view;
  // The region is there before the words: only then are they read out.
  return html`<div role="alert">${state.problem === null
    ? nothing
    : html`<div class="banner problem">
        <p>${problemText(view, state.problem)}</p>
        <button class="icon-button" aria-label=${texts.dismiss} @click=${() => actions.store.update({ problem: null })}>${closeIcon}</button>
      </div>`}</div>`;
}

/** What is missing on this installation, and the command that brings it. */
export function capabilityBanner({ state, texts }: View): TemplateResult {
  const missing = state.session?.capabilities.filter((capability) => !capability.ready) ?? [];
  return html`${missing.map(
    (capability) => html`<div class="banner">
      <p>${capabilityWords(texts, capability)}</p>
    </div>`,
  )}`;
}

function capabilityWords(texts: Texts, capability: Capability): TemplateResult {
  const { name, mend } = capability;
  if (isPreparing(capability)) return html`${name === 'chat' ? texts.chatPreparing : texts.embedderPreparing}`;
  const words = name === 'chat' ? texts.chatMissing : texts.embedderMissing;
  return html`${words} ${mend === null ? nothing : html`${texts.mend} <code>${mend}</code>`}`;
}
