import { html, nothing, type TemplateResult } from 'lit';
import type { FeedbackEntry } from '@kontor/contracts';
import { helpfulIcon, unhelpfulIcon } from './icons.js';
import { problemBanner } from './problem.js';
import { sidePage } from './side-page.js';
import type { View } from './view.js';

/** What administrators read of everybody's feedback. */
export function feedbackPage(view: View): TemplateResult {
  const { state, texts } = view;
  const content = html`${problemBanner(view)}
    ${state.feedback.length === 0 ? html`<p class="aside">${texts.noFeedback}</p>` : state.feedback.map((entry) => entryView(view, entry))}`;
  return sidePage(view, { bar: texts.feedback, title: texts.feedback, text: texts.feedbackText }, content);
}

function entryView({ texts }: View, entry: FeedbackEntry): TemplateResult {
  const givenAt = new Date(entry.givenAt);
  const { claims, supported, status } = entry;
  return html`<article class="run said" data-verdict=${entry.verdict}>
    <header>
      <h2>${entry.verdict === 'helpful' ? helpfulIcon : unhelpfulIcon} ${texts.verdicts[entry.verdict]}${entry.reason === null ? nothing : html`: ${texts.reasons[entry.reason]}`}</h2>
      <time datetime=${entry.givenAt}>${givenAt.toLocaleString(texts.locale, { dateStyle: 'medium', timeStyle: 'short' })}</time>
    </header>
    ${entry.question === null ? nothing : html`<p class="asked"><span class="hidden">${texts.you}: </span>${entry.question}</p>`}
    ${entry.remark === null ? nothing : html`<p class="remark">${entry.remark}</p>`}
    <p class="aside">${[status === 'abstained' ? texts.abstained : claims === 0 ? '' : texts.support(supported, claims), entry.question === null ? texts.questionNotSent : ''].filter((words) => words !== '').join(' · ')}</p>
    ${entry.documents.length === 0
      ? nothing
      : html`<details>
          <summary>${texts.documentsFound(entry.documents.length)}</summary>
          <ul>${entry.documents.map(({ corpus, path }) => html`<li>${corpus}: ${path}</li>`)}</ul>
        </details>`}
  </article>`;
}
