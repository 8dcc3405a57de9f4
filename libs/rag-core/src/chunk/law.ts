import { lawKey } from '../analysis/index.js';
import type { ExtractedDocument } from '../document/index.js';

const SECTION_HEADING = /^(?:\(X+\)[ \u00a0]*)?(?:§§?|Art(?:ikel|\.)?)[ \u00a0]*\d+/u;

/** True for the heading of a paragraph or an article: one rule, which is never put together with the next. */
export function isStatuteHeading(heading: string): boolean {
  return SECTION_HEADING.test(heading);
}

/**
 * The short name of the statute that a document is, as `lawKey` writes it, or undefined for any other document: from the
 * front matter where the file has it, else from the brackets at the end of the title, if there are paragraphs below.
 */
export function lawOf(document: ExtractedDocument): string | undefined {
  const name = shortName(document);
  return name === undefined ? undefined : lawKey(name);
}

/** The statute's short name as written: "BDSG 2018". */
export function shortName(document: ExtractedDocument): string | undefined {
  const named = document.metadata?.jurabk ?? /^jurabk:[ ]*(.+)$/mu.exec(document.text.slice(0, 2_000))?.[1];
  if (named) return named.trim();
  const bracketed = /\(([^()]*[–-] )?([A-ZÄÖÜ][\p{L}]*\p{Lu}(?: \d+| [IVX]+)?)\)\s*$/u.exec(document.title)?.[2];
  if (bracketed === undefined) return undefined;
  const statute = document.blocks.some((block) => block.kind === 'heading' && isStatuteHeading(headingText(document.text.slice(block.start, block.end))));
  return statute ? bracketed : undefined;
}

/** A heading's words without its markup. */
export function headingText(heading: string): string {
  return plainText(heading.replace(/^\s*#{1,6}\s+|\s+#+\s*$/gu, '').replace(/\{#[^}]*\}/gu, ''));
}

/** A passage as a model should read it: without link targets, emphasis, tags and the padding of tables. */
export function plainText(text: string): string {
  return text
    .replace(/!?\[([^\]\n]{0,400})\]\([^)\s]{0,2000}(?:\s"[^"\n]*")?\)/gu, '$1')
    .replace(/<!--[\s\S]*?-->|<\/?[a-zA-Z][^<>\n]{0,300}>/gu, ' ')
    .replace(/^[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+(?:[ \t]*:?-{2,}:?)?[ \t]*$/gmu, '')
    .replace(/^[ \t]*#{1,6}[ \t]+/gmu, '')
    .replace(/(\*\*|__|~~)(?=\S)|(?<=\S)(\*\*|__|~~)/gu, '')
    .replace(/(?<![\p{L}\p{N}*_])[*_](?=[^\s*_])|(?<=[^\s*_])[*_](?![\p{L}\p{N}*_])/gu, '')
    .replace(/\\(?=[-*_[\]()#|<>.!+`])/gu, '')
    .replace(/[ \t\u00a0]*\n\s*/gu, '\n')
    .replace(/[ \t\u00a0]{2,}/gu, ' ')
    .trim();
}
