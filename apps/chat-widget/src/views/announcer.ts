import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { isRunning, phaseOf, type Answer } from '../answer/answer.js';
import { claimsOf, markClaims, wordsOfClaims } from '../answer/claims.js';
import { parseMarkdown } from '../markdown/markdown.js';
import type { View } from './view.js';

interface Line {
  key: string;
  text: string;
}

/**
 * What a screen reader says of the answer that is being written: how far it is, then whole sentences.
 * The visible text grows by word pieces, which nobody could listen to, so it is no live region itself.
 */
export function announcer(view: View): TemplateResult {
  const turn = view.state.turns.find(({ key }) => key === view.state.liveTurn);
  const lines = turn === undefined ? [] : linesOf(view, turn.answer).map(({ key, text }) => ({ key: `${turn.key} ${key}`, text }));
  return html`<div class="hidden" role="log" aria-live="polite">${repeat(lines, ({ key }) => key, ({ text }) => html`<p>${text}</p>`)}</div>
    <div class="hidden" role="status">${view.state.connectionLive ? nothing : view.texts.reconnecting}</div>`;
}

function linesOf(view: View, answer: Answer): Line[] {
  const { texts } = view;
  const lines: Line[] = [{ key: 'searching', text: texts.searching }];
  if (answer.queue !== null && phaseOf(answer) === 'queued') lines.push({ key: `queued ${answer.queue.position}`, text: texts.queued(answer.queue.position) });
  if (answer.sources.length > 0) lines.push({ key: 'sources', text: texts.sources(answer.sources.length) });
  const blocks = markClaims(parseMarkdown(answer.text), claimsOf(answer.text, answer.citations));
  for (const [claim, words] of wordsOfClaims(blocks)) {
    lines.push({ key: `${claim.start} ${claim.end}`, text: claim.supported ? words : `${words} – ${texts.unsupported}` });
  }
  if (isRunning(answer)) return lines;
  return [...lines, { key: 'end', text: endingOf(view, answer) }];
}

function endingOf({ texts }: View, answer: Answer): string {
  if (answer.status === 'failed') return texts.failedTitle;
  if (answer.status === 'stopped') return texts.stopped;
  // Where nothing was checked sentence by sentence, the text has not been read out yet.
  if (answer.citations.length === 0) return answer.text;
  const { verification } = answer;
  return verification === null ? '' : texts.support(verification.supported, verification.claims);
}
