import type { Block, ExtractedDocument } from '../document/index.js';
import { headingText, isStatuteHeading } from './law.js';

/** A heading and what stands below it until the next heading. */
export interface Section {
  headingPath: string[];
  /** From the heading, or from the first block where there is none. */
  start: number;
  end: number;
  /** The blocks below the heading; never empty. */
  blocks: Block[];
  /** One paragraph or article of a statute. */
  statute: boolean;
}

/** Cuts a document at its headings, with a pause at each, and drops the sections that say nothing ("(weggefallen)", a lone dash). */
export function* outline(document: ExtractedDocument): Generator<undefined, Section[]> {
  const sections: Section[] = [];
  const path: { level: number; text: string }[] = [];
  let current: Section = { headingPath: [], start: document.blocks[0]?.start ?? 0, end: 0, blocks: [], statute: false };
  for (const block of document.blocks) {
    if (block.kind !== 'heading') {
      current.blocks.push(block);
      current.end = block.end;
      continue;
    }
    if (saysSomething(document, current)) sections.push(current);
    yield;
    const heading = headingText(document.text.slice(block.start, block.end));
    const level = block.level ?? 1;
    while (path.length > 0 && path[path.length - 1]!.level >= level) path.pop();
    path.push({ level, text: heading });
    const headingPath = path.map((entry) => entry.text).filter((text, index) => text !== '' && !(index === 0 && sameTitle(text, document.title)));
    current = { headingPath, start: block.start, end: block.end, blocks: [], statute: isStatuteHeading(heading) };
  }
  if (saysSomething(document, current)) sections.push(current);
  return sections;
}

const EMPTY = /^[\s\-–—_*|>#]*$|^\s*\(?(?:weggefallen|gegenstandslos|aufgehoben|zukünftig in Kraft|repealed|omitted|intentionally left blank)\)?[\s.]*$/iu;

function saysSomething(document: ExtractedDocument, section: Section): boolean {
  const { blocks } = section;
  return blocks.length > 0 && !EMPTY.test(document.text.slice(blocks[0]!.start, blocks[blocks.length - 1]!.end));
}

function sameTitle(heading: string, title: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  return plain(heading) === plain(title) || plain(heading).startsWith(`${plain(title)} `);
}
