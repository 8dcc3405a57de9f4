import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { QUESTION_UNITS_MAX } from '@kontor/contracts';
import { formatNumber } from '../texts/format.js';
import { sendIcon, stopIcon } from './icons.js';
import type { View } from './view.js';

export function askBox(view: View): TemplateResult {
  const { state, texts, actions } = view;
  const running = actions.conversations.answers.running !== null;
  const tooLong = state.draft.length > QUESTION_UNITS_MAX;
  const cannotSend = running || tooLong || state.draft.trim() === '';
  const send = () => {
    if (!cannotSend) void actions.conversations.ask(state.draft.trim());
  };
  const onKey = (event: KeyboardEvent) => {
    // While an input method is composing, Enter chooses a word and sends nothing.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return html`<form class="ask" @submit=${(event: Event) => { event.preventDefault(); send(); }}>
    <div class="ask-field">
      <textarea
        id="ask" rows="1" aria-label=${texts.askLabel} aria-describedby="ask-hint" aria-invalid=${tooLong} placeholder=${texts.askPlaceholder}
        .value=${live(state.draft)}
        @input=${(event: Event) => actions.store.update({ draft: (event.target as HTMLTextAreaElement).value })}
        @keydown=${onKey}
      ></textarea>
      ${running
        ? html`<button class="stop" type="button" ?disabled=${state.stopping} @click=${() => void actions.conversations.answers.stop()}>${stopIcon} ${texts.stop}</button>`
        : html`<button class="send" type="submit" aria-label=${texts.send} ?disabled=${cannotSend}>${sendIcon}</button>`}
    </div>
    <p id="ask-hint" class="hint">${tooLong
      ? html`<span class="over">${texts.tooLong(formatNumber(state.draft.length, texts.locale), formatNumber(QUESTION_UNITS_MAX, texts.locale))}</span>`
      : state.width === 'narrow' ? nothing : texts.askHint}</p>
  </form>`;
}
