import { html, nothing, type TemplateResult } from 'lit';
import type { Block, Leaf } from '../markdown/block.js';
import type { Inline } from '../markdown/inline.js';
import type { Texts } from '../texts/index.js';

/** What differs between an answer and a document: the look of their letters and the rank of their headings. */
export interface BlockLook<T> {
  texts: Texts;
  line: (leaves: T[]) => unknown;
  heading: (level: number, words: unknown) => TemplateResult;
}

export function blockView<T>(block: Block<T>, look: BlockLook<T>): TemplateResult {
  const { line } = look;
  if (block.kind === 'list') {
    const items = block.items.map((item) => html`<li>${line(item.inlines)}</li>`);
    return block.ordered
      ? html`<ol class="depth-${block.depth}" start=${block.first}>${items}</ol>`
      : html`<ul class="depth-${block.depth}">${items}</ul>`;
  }
  if (block.kind === 'table') return tableView(block, look);
  if (block.kind === 'heading') return look.heading(block.level, line(block.inlines));
  if (block.kind === 'quote') return html`<blockquote>${line(block.inlines)}</blockquote>`;
  if (block.kind === 'code') return html`<pre tabindex="0">${line(block.inlines)}</pre>`;
  return html`<p>${line(block.inlines)}</p>`;
}

/** Wide tables scroll in a box of their own, which the keyboard can reach. */
function tableView<T>(table: Extract<Block<T>, { kind: 'table' }>, { texts, line }: BlockLook<T>): TemplateResult {
  const cells = (row: Leaf<T>[]) => row.map((cell) => html`<td>${line(cell.inlines)}</td>`);
  return html`<div class="table" tabindex="0" role="group" aria-label=${texts.table}>
    <table>
      ${table.head.length === 0 ? nothing : html`<thead><tr>${table.head.map((cell) => html`<th scope="col">${line(cell.inlines)}</th>`)}</tr></thead>`}
      <tbody>${table.rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody>
    </table>
  </div>`;
}

/** A piece of text with its look. A link shows where it leads; no letter is ever read as HTML. */
export function inlineView(inline: Inline): TemplateResult {
  let look = html`${inline.text}`;
  if (inline.code) look = html`<code>${look}</code>`;
  if (inline.emphasis) look = html`<em>${look}</em>`;
  if (inline.strong) look = html`<strong>${look}</strong>`;
  if (inline.href !== null) {
    const host = new URL(inline.href).host;
    look = html`<a href=${inline.href} target="_blank" rel="noopener noreferrer">${look}</a> <span class="host">(${host})</span>`;
  }
  return look;
}
