import { html, nothing, type TemplateResult } from 'lit';
import { FeedbackReason, REMARK_UNITS_MAX, type FeedbackVerdict } from '@kontor/contracts';
import type { Turn } from '../answer/answer.js';
import { helpfulIcon, unhelpfulIcon } from './icons.js';
import type { View } from './view.js';

/** Two buttons beneath an answer, of which one may be pressed. */
export function feedbackButtons(view: View, turn: Turn): TemplateResult | typeof nothing {
  const { texts, state, actions } = view;
  const { messageId, feedback } = turn.answer;
  if (messageId === null) return nothing;
  const button = (verdict: FeedbackVerdict, icon: TemplateResult) => html`<button
    class="icon-button" data-verdict=${verdict} aria-label=${texts.verdicts[verdict]} title=${texts.verdicts[verdict]} aria-pressed=${feedback?.verdict === verdict}
    @click=${() => void actions.feedback.judge(turn, verdict)}
  >${icon}</button>`;
  const thanked = state.judging?.turn === turn.key && state.judging.step === 'thanks';
  return html`<span class="feedback" role="group" aria-label=${texts.judge}>
    <span role="status">${thanked ? texts.judgeThanks : ''}</span>
    ${button('helpful', helpfulIcon)}${button('unhelpful', unhelpfulIcon)}
  </span>`;
}

/** Why an answer was of no help, as far as the person wants to say. */
export function feedbackForm({ texts, state, actions }: View, turn: Turn): TemplateResult | typeof nothing {
  if (state.judging?.turn !== turn.key || state.judging.step !== 'form') return nothing;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const reason = FeedbackReason.safeParse(fields.get('reason')).data ?? null;
    void actions.feedback.explain(turn, { reason, remark: String(fields.get('remark')).trim() || null, withQuestion: fields.has('question') });
  };
  return html`<form class="judgement" @submit=${submit}>
    <fieldset>
      <legend>${texts.judgeWhat}</legend>
      ${FeedbackReason.options.map((reason) => html`<label class="choice"><input type="radio" name="reason" value=${reason} /> ${texts.reasons[reason]}</label>`)}
    </fieldset>
    <label class="field"><span>${texts.remark}</span><textarea name="remark" rows="2" maxlength=${REMARK_UNITS_MAX}></textarea></label>
    <label class="choice"><input type="checkbox" name="question" /> ${texts.withQuestion}</label>
    <p class="told">${texts.judgeHint}</p>
    <p class="choices">
      <button class="primary">${texts.send}</button>
      <button class="quiet" type="button" @click=${() => actions.feedback.close()}>${texts.dismiss}</button>
    </p>
  </form>`;
}
