import { html, nothing, type TemplateResult } from 'lit';
import { citedOrdinals, isRunning, phaseOf, type Answer, type Turn } from '../answer/answer.js';
import { formatDuration } from '../texts/format.js';
import { answerText } from './answer-text.js';
import { feedbackButtons, feedbackForm } from './feedback.js';
import { progressLines, retryIcon } from './icons.js';
import { problemText } from './problem.js';
import { sourceCards } from './sources.js';
import type { View } from './view.js';

/** A wait is worth a figure once it is felt. */
const ELAPSED_SHOWN_MS_MIN = 3_000;

/** One entry of the conversation: a question and what became of it. */
export function turnView(view: View, turn: Turn): TemplateResult {
  const asked = new Date(turn.askedAtMs);
  return html`<article class="turn" data-status=${turn.answer.status}>
    <header class="question">
      <time datetime=${asked.toISOString()}>${asked.toLocaleTimeString(view.texts.locale, { hour: '2-digit', minute: '2-digit' })}</time>
      <h3><span class="hidden">${view.texts.you}: </span>${turn.question}</h3>
    </header>
    <div class="answer" aria-busy=${isRunning(turn.answer)}>${answerView(view, turn)}</div>
  </article>`;
}

function answerView(view: View, turn: Turn): TemplateResult {
  const { answer } = turn;
  if (answer.withheld) return html`<p class="aside">${view.texts.withheld}</p>`;
  if (answer.status === 'abstained') return abstained(view, turn);
  return html`
    ${answer.sources.length === 0 ? nothing : sourceCards(view, answer.sources, citedOrdinals(answer), view.texts.sources(answer.sources.length))}
    ${notices(answer)}
    <div class="answer-text">${answerText(view, answer)}</div>
    ${isRunning(answer) ? statusLine(view, turn) : ending(view, turn)}
  `;
}

/** Not finding anything is a result, not a failure: it looks calm and leads on to what is nearest. */
function abstained(view: View, turn: Turn): TemplateResult {
  const { answer } = turn;
  return html`<div class="abstained">
      <p class="label">${view.texts.abstained}</p>
      <div class="answer-text">${answerText(view, answer)}</div>
    </div>
    ${notices(answer)}
    ${answer.sources.length === 0 ? nothing : sourceCards(view, answer.sources, citedOrdinals(answer), view.texts.nearest)}
    <div class="ending">${feedbackButtons(view, turn)}</div>
    ${feedbackForm(view, turn)}`;
}

const notices = (answer: Answer): TemplateResult[] =>
  answer.notices.map((notice) => html`<p class="aside">${notice.text} <span class="code">${notice.code}</span></p>`);

function statusLine(view: View, turn: Turn): TemplateResult {
  const { texts, state } = view;
  const elapsedMs = view.nowMs - turn.askedAtMs;
  const words = state.stopping ? texts.stopping : statusWords(view, turn.answer);
  return html`<p class="status">
    ${progressLines}
    <span>${state.connectionLive ? words : texts.reconnecting}</span>
    ${elapsedMs < ELAPSED_SHOWN_MS_MIN ? nothing : html`<span class="elapsed">${texts.elapsed(formatDuration(elapsedMs))}</span>`}
  </p>`;
}

function statusWords({ texts }: View, answer: Answer): string {
  const phase = phaseOf(answer);
  if (phase === 'writing') return texts.writing;
  if (phase === 'reading') return texts.reading(answer.sources.length);
  if (phase === 'queued' && answer.queue !== null) {
    const { position, estimateMs } = answer.queue;
    return [texts.queued(position), estimateMs === null ? '' : texts.estimate(formatDuration(estimateMs))].filter((word) => word !== '').join(', ');
  }
  return texts.searching;
}

function ending(view: View, turn: Turn): TemplateResult {
  const { texts } = view;
  const { answer } = turn;
  if (answer.status === 'failed') return failed(view, turn);
  const verification = answer.verification;
  return html`<div class="ending">
    ${answer.status === 'stopped' ? html`<span>${texts.stopped}</span>` : nothing}
    ${verification === null || verification.claims === 0 ? nothing : html`<span>${texts.support(verification.supported, verification.claims)}</span>`}
    ${modelName(view, answer.text === '' ? '' : (verification?.model ?? ''))}
    ${answer.status === 'stopped' ? nothing : feedbackButtons(view, turn)}
  </div>
  ${feedbackForm(view, turn)}`;
}

/** An answer that no model wrote names none. */
function modelName({ texts }: View, model: string): TemplateResult | typeof nothing {
  if (model === '' || model === 'none') return nothing;
  return model === 'extract' ? html`<span>${texts.extract}</span>` : html`<span>${texts.writtenBy(model)}</span>`;
}

function failed(view: View, turn: Turn): TemplateResult {
  const { problem } = turn.answer;
  return html`<div class="failed">
    <p><strong>${view.texts.failedTitle}.</strong> ${problem === null ? view.texts.failed : problemText(view, problem)}</p>
    <button class="quiet" ?disabled=${view.actions.conversations.answers.running !== null} @click=${() => void view.actions.conversations.ask(turn.question)}>
      ${retryIcon} ${view.texts.askAgain}
    </button>
  </div>`;
}
