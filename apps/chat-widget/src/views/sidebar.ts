import { html, nothing, type TemplateResult } from 'lit';
import type { Conversation } from '@kontor/contracts';
import { hasDrawer } from '../state/state.js';
import { initialsOf, splitName } from '../texts/format.js';
import { closeIcon, documentIcon, leaveIcon, mark, plusIcon, speechIcon, trashIcon } from './icons.js';
import { settings } from './settings.js';
import type { View } from './view.js';

export function sidebar(view: View): TemplateResult {
  const { state, texts, actions } = view;
  const drawer = hasDrawer(state);
  return html`<nav id="sidebar" class="sidebar" aria-label=${texts.conversations} ?inert=${drawer && !state.drawerOpen}>
    <div class="brand">
      ${mark}<span>Kontor</span>${state.session?.demo ? html`<span class="tag">${texts.demo}</span>` : nothing}
      ${drawer
        ? html`<button class="icon-button" aria-label=${texts.closeMenu} @click=${() => actions.store.update({ drawerOpen: false })}>${closeIcon}</button>`
        : nothing}
    </div>
    <button class="new" @click=${() => actions.conversations.startNew()}>${plusIcon} ${texts.newConversation}</button>
    ${conversationList(view)}
    <div class="sidebar-foot">
      ${state.session?.person?.administrator
        ? html`<button class="row" aria-current=${state.view === 'documents' ? 'page' : 'false'} @click=${() => void actions.imports.show()}>
            ${documentIcon} ${texts.uploads}
          </button>
          <button class="row" aria-current=${state.view === 'feedback' ? 'page' : 'false'} @click=${() => void actions.feedback.show()}>
            ${speechIcon} ${texts.feedback}
          </button>`
        : nothing}
      ${person(view)} ${settings(view)}
    </div>
  </nav>`;
}

function conversationList({ state, texts, actions }: View): TemplateResult {
  if (state.conversations.length === 0) return html`<p class="empty-list">${texts.noConversations}</p>`;
  const remove = (id: string | null) => actions.store.update({ removing: id });
  const keepOnEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    remove(null);
  };
  const item = (conversation: Conversation) => {
    const title = conversation.title === '' ? texts.untitled : conversation.title;
    if (state.removing === conversation.id) {
      return html`<li class="removing" @keydown=${keepOnEscape}>
        <span>${title}</span>
        <span class="choices">
          <button class="quiet danger" @click=${() => void actions.conversations.remove(conversation.id)}>${texts.deleteConfirm}</button>
          <button class="quiet" @click=${() => remove(null)}>${texts.keep}</button>
        </span>
      </li>`;
    }
    const current = state.view === 'chat' && state.conversation?.id === conversation.id;
    return html`<li>
      <button class="row" aria-current=${current ? 'page' : 'false'} @click=${() => void actions.conversations.open(conversation.id)}><span>${title}</span></button>
      <button class="icon-button" data-conversation=${conversation.id} aria-label=${texts.deleteConversation(title)} @click=${() => remove(conversation.id)}>${trashIcon}</button>
    </li>`;
  };
  return html`<ul class="conversations">${state.conversations.map(item)}</ul>`;
}

function person({ state, texts, actions }: View): TemplateResult {
  const { name, role } = splitName(state.session?.person?.name ?? '');
  return html`<div class="person">
    <span class="initials" aria-hidden="true">${initialsOf(name)}</span>
    <span class="person-name">${name}${role === null ? nothing : html`<small>${role}</small>`}</span>
    <button class="icon-button" aria-label=${texts.signOut} title=${texts.signOut} @click=${() => void actions.signOut()}>${leaveIcon}</button>
  </div>`;
}
