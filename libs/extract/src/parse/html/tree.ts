import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import { documentError } from '../../errors.js';

export type Node = DefaultTreeAdapterTypes.ChildNode;
export type Element = DefaultTreeAdapterTypes.Element;

// Browsers stop at 512 levels; whoever nests deeper does not write documents.
const DEPTH_MAX = 512;

const UNSEEN = new Set('script style noscript template head iframe object embed svg math canvas audio video map button select textarea input datalist dialog nav'.split(' '));
const UNSEEN_ROLES = new Set(['navigation', 'search', 'banner', 'contentinfo', 'dialog', 'menu', 'menubar', 'toolbar']);

export interface Page {
  /** The main part where the page marks one, else its body. */
  root: Element;
  title: string | undefined;
}

export function parsePage(html: string): Page {
  let title: string | undefined;
  let body: Element | undefined;
  let main: Element | undefined;
  const pending: { node: Node; depth: number }[] = parse(html).childNodes.map((node) => ({ node, depth: 1 }));
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, depth } = next;
    if (!isElement(node)) continue;
    if (depth > DEPTH_MAX) throw documentError('document.too_complex', { depthMax: DEPTH_MAX });
    if (node.tagName === 'title' && title === undefined && node.parentNode?.nodeName === 'head') title = rawText(node);
    if (node.tagName === 'body') body = node;
    if (node.tagName === 'main' || attribute(node, 'role') === 'main') main = node;
    for (const child of node.childNodes) pending.push({ node: child, depth: depth + 1 });
  }
  return { root: main ?? body!, title };
}

export function isElement(node: Node): node is Element {
  return 'tagName' in node;
}

export function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((entry) => entry.name === name)?.value;
}

/** What a person reading the page does not see as its content. */
export function isUnseen(element: Element): boolean {
  if (UNSEEN.has(element.tagName) || UNSEEN_ROLES.has(attribute(element, 'role') ?? '')) return true;
  // The footer of a page; an article's own footer is part of it.
  if (element.tagName === 'footer' && element.parentNode?.nodeName === 'body') return true;
  if (attribute(element, 'hidden') !== undefined || attribute(element, 'aria-hidden') === 'true') return true;
  return /display\s*:\s*none|visibility\s*:\s*hidden/i.test(attribute(element, 'style') ?? '');
}

/** Text with the white space of its source, for code. */
export function rawText(node: Node): string {
  if (node.nodeName === '#text') return (node as DefaultTreeAdapterTypes.TextNode).value;
  if (!isElement(node) || isUnseen(node)) return '';
  return node.tagName === 'br' ? '\n' : node.childNodes.map(rawText).join('');
}

/** Text on one line, as a browser flows it. */
export function flowText(node: Node): string {
  return inlineText(node).replace(/[ \t\n\r\f]+/g, ' ').trim();
}

const BLOCKS = new Set('p div li dt dd tr td th h1 h2 h3 h4 h5 h6 ul ol dl table pre blockquote section article header footer aside figure figcaption address details summary main center fieldset caption hr'.split(' '));

export function isBlock(element: Element): boolean {
  return BLOCKS.has(element.tagName);
}

/** Words of neighbouring blocks are never glued together. */
function inlineText(node: Node): string {
  if (!isElement(node)) return rawText(node);
  if (isUnseen(node)) return '';
  if (node.tagName === 'br') return ' ';
  const text = node.childNodes.map(inlineText).join('');
  return isBlock(node) ? ` ${text} ` : text;
}

export function elementsIn(node: Element): Element[] {
  return node.childNodes.filter((child) => isElement(child) && !isUnseen(child)) as Element[];
}

/** Whether one of these stands anywhere within. */
export function holds(node: Element, names: ReadonlySet<string>): boolean {
  return elementsIn(node).some((child) => names.has(child.tagName) || holds(child, names));
}
