import { parseHTML } from 'linkedom';
import type { ExtractedDocument } from '@kontor/rag-core';
import { decodeText } from './decode.js';
import { TextBuilder } from './text-builder.js';

const SKIPPED = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'NAV', 'SVG', 'IFRAME', 'FORM', 'HEAD', 'BUTTON']);
const CONTAINERS = new Set(['BODY', 'MAIN', 'ARTICLE', 'SECTION', 'DIV', 'HEADER', 'FOOTER', 'ASIDE', 'FIGURE', 'HTML', 'DETAILS', 'CENTER']);
const DEPTH_MAX = 200;

type Node = { nodeType: number; textContent: string | null; childNodes: Iterable<Node>; nodeName: string };
type Element = Node & { tagName: string; children: Iterable<Element>; getAttribute(name: string): string | null; querySelectorAll(selector: string): Iterable<Element> };

/** What a reader sees of a page: headings, paragraphs, lists and tables, without scripts, navigation and hidden parts. */
export function parseHtml(bytes: Uint8Array, name: string): ExtractedDocument {
  const source = decodeText(declared(bytes));
  const { document } = parseHTML(/<html|<body/i.test(source) ? source : `<html><body>${source}</body></html>`);
  return htmlToDocument(document as unknown as { body: Element; querySelector(selector: string): Element | null }, name, 'text/html');
}

/** A page may name its encoding inside; the bytes are put into UTF-8 only when it is a single-byte one. */
function declared(bytes: Uint8Array): Uint8Array {
  const head = Buffer.from(bytes.subarray(0, 2_048)).toString('latin1');
  const charset = /charset=["']?\s*([\w-]+)/i.exec(head)?.[1]?.toLowerCase();
  if (charset === undefined || charset === 'utf-8' || bytes[0]! >= 0xfe) return bytes;
  try {
    return Buffer.from(new TextDecoder(charset).decode(bytes), 'utf8');
  } catch {
    return bytes;
  }
}

export function htmlToDocument(document: { body: Element; querySelector(selector: string): Element | null }, name: string, mediaType: string): ExtractedDocument {
  const builder = new TextBuilder();
  walk(document.body, builder, 0);
  const heading = document.querySelector('h1');
  const title = inline(heading) || inline(document.querySelector('title')) || name.replace(/\.[^.]+$/, '');
  return { ...builder.build(), title, mediaType };
}

function walk(element: Element, builder: TextBuilder, depth: number): void {
  if (depth > DEPTH_MAX) return;
  let loose = '';
  const flush = (): void => {
    builder.add('paragraph', loose);
    loose = '';
  };
  for (const node of element.childNodes as Iterable<Element>) {
    if (node.nodeType === 3) loose += node.textContent?.replace(/\s+/g, ' ') ?? '';
    if (node.nodeType !== 1 || isHidden(node)) continue;
    const tag = node.tagName.toUpperCase();
    if (!isBlock(tag)) {
      loose += tag === 'BR' ? '\n' : inline(node, true);
      continue;
    }
    flush();
    addBlock(node, tag, builder, depth);
  }
  flush();
}

function addBlock(node: Element, tag: string, builder: TextBuilder, depth: number): void {
  if (/^H[1-6]$/.test(tag)) builder.add('heading', inline(node), { level: Number(tag[1]) });
  else if (tag === 'UL' || tag === 'OL') builder.add('list', listText(node, tag === 'OL', 0));
  else if (tag === 'TABLE') builder.add('table', tableText(node));
  else if (tag === 'PRE') builder.add('code', node.textContent ?? '');
  else if (tag === 'BLOCKQUOTE') builder.add('quote', inline(node));
  else if (CONTAINERS.has(tag)) walk(node, builder, depth + 1);
  else builder.add('paragraph', inline(node));
}

const isBlock = (tag: string): boolean => CONTAINERS.has(tag) || /^(H[1-6]|P|UL|OL|DL|DT|DD|TABLE|PRE|BLOCKQUOTE|FIGCAPTION|ADDRESS|SUMMARY)$/.test(tag);

function isHidden(element: Element): boolean {
  if (SKIPPED.has(element.tagName.toUpperCase()) || element.getAttribute('hidden') !== null || element.getAttribute('aria-hidden') === 'true') return true;
  return /display\s*:\s*none|visibility\s*:\s*hidden/i.test(element.getAttribute('style') ?? '');
}

function inline(element: Element | null, keepEdges = false): string {
  if (!element) return '';
  let text = '';
  for (const node of element.childNodes as Iterable<Element>) {
    if (node.nodeType === 3) text += node.textContent ?? '';
    else if (node.nodeType === 1 && !isHidden(node)) text += node.tagName.toUpperCase() === 'BR' ? ' ' : inline(node, true);
  }
  const flat = text.replace(/\s+/g, ' ');
  return keepEdges ? flat : flat.trim();
}

function listText(list: Element, ordered: boolean, depth: number): string {
  const lines: string[] = [];
  let number = 0;
  for (const item of list.children) {
    if (item.tagName.toUpperCase() !== 'LI') continue;
    number += 1;
    let own = '';
    const nested: string[] = [];
    for (const node of item.childNodes as Iterable<Element>) {
      const tag = node.nodeType === 1 ? node.tagName.toUpperCase() : '';
      if (tag === 'UL' || tag === 'OL') {
        if (depth < DEPTH_MAX) nested.push(listText(node, tag === 'OL', depth + 1));
      } else own += node.nodeType === 3 ? (node.textContent ?? '') : tag === '' ? '' : inline(node, true);
    }
    lines.push(`${'  '.repeat(depth)}${ordered ? `${number}.` : '-'} ${own.replace(/\s+/g, ' ').trim()}`, ...nested);
  }
  return lines.join('\n');
}

function tableText(table: Element): string {
  const rows: string[] = [];
  for (const row of table.querySelectorAll('tr')) {
    const cells = [...row.children].map((cell) => inline(cell).replaceAll('|', '/'));
    rows.push(`| ${cells.join(' | ')} |`);
    if (rows.length === 1) rows.push(`|${' --- |'.repeat(cells.length)}`);
  }
  return rows.join('\n');
}
