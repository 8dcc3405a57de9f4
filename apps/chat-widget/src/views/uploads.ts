import { html, nothing, type TemplateResult } from 'lit';
import { formatBytes } from '../texts/format.js';
import { importRun } from './import-run.js';
import { problemBanner } from './problem.js';
import { sidePage } from './side-page.js';
import type { View } from './view.js';

const FORMATS = '.md,.markdown,.txt,.html,.htm,.pdf,.docx';
/** As in the contract of the API. */
const CORPUS_NAME = '[a-z0-9][a-z0-9\\-]{0,62}';

export function uploadsView(view: View): TemplateResult {
  const { state, texts } = view;
  const content = html`${uploadForm(view)}
    ${problemBanner(view)}
    ${state.imports.length === 0 ? nothing : html`<h2>${texts.latestImports}</h2>`}
    ${state.imports.map((run) => importRun(view, run))}`;
  return sidePage(view, { bar: texts.uploads, title: texts.uploadsTitle, text: texts.uploadsText }, content);
}

function uploadForm({ state, texts, actions }: View): TemplateResult {
  const choose = (files: FileList | null | undefined) => actions.store.update({ files: [...(files ?? [])] });
  const sizeBytes = state.files.reduce((sum, file) => sum + file.size, 0);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void actions.imports.upload(String(new FormData(event.target as HTMLFormElement).get('corpus')));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    choose(event.dataTransfer?.files);
  };
  return html`<form class="upload" @submit=${submit}>
    <label class="field">
      <span>${texts.corpus}</span>
      <input
        name="corpus" required maxlength="63" pattern=${CORPUS_NAME} list="corpora" autocomplete="off" spellcheck="false" aria-describedby="corpus-hint"
        .defaultValue=${state.session?.corpora[0]?.name ?? ''}
      />
      <small id="corpus-hint">${texts.corpusHint}</small>
    </label>
    <datalist id="corpora">${state.session?.corpora.map((corpus) => html`<option value=${corpus.name}></option>`)}</datalist>
    <label class="drop" @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${drop}>
      <input class="hidden" type="file" multiple accept=${FORMATS} @change=${(event: Event) => choose((event.target as HTMLInputElement).files)} />
      <span><strong>${texts.chooseFiles}</strong> ${texts.dropFiles}</span>
      ${state.files.length === 0 ? nothing : html`<span class="chosen" role="status">${texts.chosen(state.files.length, formatBytes(sizeBytes, texts.locale))}</span>`}
    </label>
    <button class="primary" ?disabled=${state.files.length === 0 || state.uploading}>${state.uploading ? texts.uploading : texts.upload}</button>
  </form>`;
}
