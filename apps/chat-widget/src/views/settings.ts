import { html, type TemplateResult } from 'lit';
import type { Theme } from '../state/state.js';
import { LANGUAGES, LANGUAGE_NAMES, type Language } from '../texts/index.js';
import type { View } from './view.js';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const valueOf = (event: Event): string => (event.target as HTMLSelectElement).value;

export function settings({ state, texts, actions }: View): TemplateResult {
  return html`<div class="settings">
    <select aria-label=${texts.language} @change=${(event: Event) => actions.setLanguage(valueOf(event) as Language)}>
      ${LANGUAGES.map((language) => html`<option value=${language} lang=${language} ?selected=${language === state.language}>${LANGUAGE_NAMES[language]}</option>`)}
    </select>
    <select aria-label=${texts.theme} @change=${(event: Event) => actions.setTheme(valueOf(event) as Theme)}>
      ${THEMES.map((theme) => html`<option value=${theme} ?selected=${theme === state.theme}>${texts.themes[theme]}</option>`)}
    </select>
  </div>`;
}
