import { html, nothing, type TemplateResult } from 'lit';
import { initialsOf, splitName } from '../texts/format.js';
import { mark, progressLines } from './icons.js';
import { problemBanner, problemText } from './problem.js';
import { settings } from './settings.js';
import type { View } from './view.js';

/** What stands on the page before anybody is signed in. */
export function signIn(view: View): TemplateResult {
  const { session } = view.state;
  return html`<main class="entrance">
    <div class="brand">${mark}<span>Kontor</span>${session?.demo ? html`<span class="tag">${view.texts.demo}</span>` : nothing}</div>
    ${session === null ? waiting(view) : session.demo ? chooser(view) : notSignedIn(view)}
    ${settings(view)}
  </main>`;
}

function waiting(view: View): TemplateResult {
  const { state, texts, actions } = view;
  if (state.problem === null) return html`<p role="status">${texts.loading}</p>`;
  return html`<div role="alert">
      <h1>${texts.unreachableTitle}</h1>
      <p>${problemText(view, state.problem)}</p>
    </div>
    <button class="primary" @click=${() => void actions.start()}>${texts.reload}</button>`;
}

function notSignedIn(view: View): TemplateResult {
  return html`${problemBanner(view)}<p>${view.texts.signInNone}</p>
    <button class="primary" @click=${() => void view.actions.start()}>${view.texts.reload}</button>`;
}

function chooser(view: View): TemplateResult {
  const { state, texts, actions } = view;
  return html`<h1>${texts.signInTitle}</h1>
    <p class="demo-note">${texts.signInDemo}</p>
    ${problemBanner(view)}
    ${state.session?.people.length === 0 ? html`<p class="status" role="status">${progressLines} <span>${texts.signInPreparing}</span></p>` : nothing}
    <ul class="people">
      ${state.session?.people.map((one) => {
        const { name, role } = splitName(one.name);
        return html`<li>
          <button @click=${() => void actions.signIn(one.id)}>
            <span class="initials" aria-hidden="true">${initialsOf(name)}</span>
            <span class="person-name">${name}${role === null ? nothing : html`<small>${role}</small>`}</span>
          </button>
        </li>`;
      })}
    </ul>`;
}
