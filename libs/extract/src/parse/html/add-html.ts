import type { TextBuilder } from '../text-builder.js';
import { listText } from './list-text.js';
import { tableText } from './table-text.js';
import { elementsIn, flowText, holds, isBlock, isElement, isUnseen, parsePage, rawText, type Element } from './tree.js';

const HEADINGS = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const STRUCTURE = new Set([...HEADINGS, 'table', 'pre']);
const LISTS = new Set(['ul', 'ol', 'dl', 'menu', 'dir']);

/** Adds what a page shows to the text, and returns the page's title if it has one. */
export function addHtml(html: string, builder: TextBuilder): string | undefined {
  const { root, title } = parsePage(html);
  addChildren(root, builder);
  return title;
}

function addChildren(parent: Element, builder: TextBuilder): void {
  let loose = '';
  const flush = (): void => {
    builder.add('paragraph', loose.split('\n').map((line) => line.replace(/[ \t\r\f]+/g, ' ').trim()).join('\n'));
    loose = '';
  };
  const walk = (element: Element): void => {
    for (const node of element.childNodes) {
      if (!isElement(node)) loose += rawText(node).replace(/\n/g, ' ');
      else if (isUnseen(node)) continue;
      else if (node.tagName === 'br') loose += '\n';
      else if (isBlock(node) || LISTS.has(node.tagName)) {
        flush();
        addBlock(node, builder);
      } else walk(node);
    }
  };
  walk(parent);
  flush();
}

function addBlock(element: Element, builder: TextBuilder): void {
  const { tagName } = element;
  if (HEADINGS.has(tagName)) builder.add('heading', flowText(element), { level: Number(tagName[1]) });
  else if (tagName === 'pre') builder.add('code', rawText(element));
  else if (tagName === 'table') addTable(element, builder);
  // Pages use lists and quotes for layout too; what holds headings or tables is taken apart.
  else if (LISTS.has(tagName) && !holds(element, STRUCTURE)) builder.add('list', listText(element));
  else if (tagName === 'blockquote' && !holds(element, STRUCTURE)) builder.add('quote', quoteText(element));
  else addChildren(element, builder);
}

function addTable(table: Element, builder: TextBuilder): void {
  const caption = elementsIn(table).find(({ tagName }) => tagName === 'caption');
  if (caption) builder.add('paragraph', flowText(caption));
  const text = holds(table, STRUCTURE) ? null : tableText(table);
  if (text !== null) return builder.add('table', text);
  for (const part of elementsIn(table)) if (part !== caption) addChildren(part, builder);
}

function quoteText(quote: Element): string {
  const parts = elementsIn(quote).filter(isBlock);
  return parts.length > 1 ? parts.map(flowText).join('\n') : flowText(quote);
}
