import { detectLanguage, type ExtractedDocument, type Language } from '../document/index.js';
import { headingText, plainText } from './law.js';
import { outline, type Section } from './outline.js';
import { mergeSmall, type Group } from './merge.js';
import { unitsOf, type Unit } from './split.js';
import type { Chunk, ChunkOptions } from './types.js';

const MERGE_TOKENS_DEFAULT = 220;
const SAMPLE_UNITS = 3_000;
/** Of the limit, for the first attempt: an estimate by characters errs, and a second count costs more than a short chunk. */
const FILL = 0.92;
const HEADINGS_SHOWN_MAX = 3;
const CONTEXT_UNITS_MAX = 400;
const LANGUAGE_UNITS_MIN = 200;

/**
 * Cuts a document into passages along its headings. A paragraph of a statute is one passage, or several along its
 * subsections; small sections of a handbook go together under their common heading; nothing is cut inside a sentence
 * unless the sentence alone is too long.
 *
 * @example chunkDocument(document, { maxTokens: 512, countTokens: (text) => tokenizer.count(text) })
 */
export function chunkDocument(document: ExtractedDocument, options: ChunkOptions): Chunk[] {
  return [...chunkSteps(document, options)].filter((step) => step !== undefined);
}

/** The same in steps of no more than milliseconds, for whoever has other work: each chunk as it comes, and pauses without one. */
export function* chunkSteps(document: ExtractedDocument, options: ChunkOptions): Generator<Chunk | undefined, void> {
  const language = detectLanguage(bodySample(document));
  const unitsPerToken = measureUnitsPerToken(document, options);
  const mergeUnits = Math.min(options.mergeTokens ?? MERGE_TOKENS_DEFAULT, options.maxTokens / 2) * unitsPerToken;
  const chunks: Chunk[] = [];
  for (const group of mergeSmall(yield* outline(document), mergeUnits)) {
    const section = asSection(group);
    const context = contextOf(document.title, section.headingPath);
    const unitsMax = Math.max(200, Math.floor(options.maxTokens * unitsPerToken * FILL - context.length - 20));
    const whole = section.end - section.start <= unitsMax;
    const units = whole ? [wholeUnit(section)] : yield* unitsOf(document, section, language, unitsMax);
    if (!whole) units[0]!.start = section.start;
    for (const part of pack(units, unitsMax)) {
      const from = chunks.length;
      emit(document, section, part, language, options, chunks);
      yield* chunks.slice(from);
    }
  }
}

/** What steps come to, without pauses. */
function atOnce<Result>(steps: Generator<undefined, Result>): Result {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

function asSection(group: Group): Section {
  const first = group.sections[0]!;
  const last = group.sections[group.sections.length - 1]!;
  return { headingPath: group.headingPath, start: first.start, end: last.end, blocks: group.sections.flatMap((section) => section.blocks), statute: first.statute };
}

function wholeUnit(section: Section): Unit {
  const page = section.blocks[0]?.page;
  return { start: section.start, end: section.end, leadIn: '', opens: false, ...(page === undefined ? {} : { page }) };
}

/** Fills evenly rather than greedily, so that no chunk is a leftover, and prefers to cut where a subsection opens. */
function pack(units: readonly Unit[], unitsMax: number): Unit[][] {
  const total = units[units.length - 1]!.end - units[0]!.start;
  const aim = Math.min(unitsMax, (total / Math.ceil(total / unitsMax)) * 1.1);
  const parts: Unit[][] = [];
  let part: Unit[] = [];
  for (const unit of units) {
    const length = part.length === 0 ? 0 : part[part.length - 1]!.end - part[0]!.start;
    const grown = part.length === 0 ? 0 : unit.end - part[0]!.start;
    if (part.length > 0 && (grown > unitsMax || (length >= aim * 0.55 && grown > aim) || (unit.opens && length >= aim * 0.75))) {
      parts.push(part);
      part = [];
    }
    part.push(unit);
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

function emit(document: ExtractedDocument, section: Section, part: readonly Unit[], language: Language, options: ChunkOptions, chunks: Chunk[]): void {
  const first = part[0]!;
  const [start, end] = [first.start, part[part.length - 1]!.end];
  const text = document.text.slice(start, end);
  if (!/[\p{L}\p{N}]/u.test(text)) return;
  const leadIn = plainText(first.leadIn);
  const context = contextOf(document.title, section.headingPath);
  const body = plainText(withoutShownHeading(text, section.headingPath.at(-1) ?? document.title));
  const embeddingText = [context, leadIn, body].filter((piece) => piece !== '').join('\n');
  const tokenCount = options.countTokens(embeddingText);
  if (tokenCount > options.maxTokens && end - start > 40) {
    for (const half of halve(document, part, language)) emit(document, section, half, language, options, chunks);
    return;
  }
  const page = first.page;
  const own = text.length >= LANGUAGE_UNITS_MIN ? detectLanguage(text, language) : language;
  chunks.push({ ordinal: chunks.length, start, end, text, headingPath: section.headingPath, ...(page === undefined ? {} : { page }), tokenCount, language: own, embeddingText, leadIn });
}

function halve(document: ExtractedDocument, part: readonly Unit[], language: Language): Unit[][] {
  if (part.length > 1) {
    const middle = (part[0]!.start + part[part.length - 1]!.end) / 2;
    const cut = Math.max(1, part.findIndex((unit) => unit.start >= middle));
    return [part.slice(0, cut), part.slice(cut)];
  }
  const only = part[0]!;
  const block = { kind: 'paragraph' as const, start: only.start, end: only.end, ...(only.page === undefined ? {} : { page: only.page }) };
  const half = Math.ceil((only.end - only.start) / 2);
  const units = atOnce(unitsOf(document, { headingPath: [], start: only.start, end: only.end, blocks: [block], statute: false }, language, half));
  units[0]!.leadIn = only.leadIn;
  return units.length > 1 ? halve(document, units, language) : [units];
}

/** The title and the innermost headings: the outer ones of a long statute say little and cost tokens. */
function contextOf(title: string, headingPath: readonly string[]): string {
  const shown = [title, ...headingPath.slice(-HEADINGS_SHOWN_MAX)].filter((text) => text !== '');
  return shown.map((text) => (text.length > 160 ? `${text.slice(0, 157)}…` : text)).join(' > ').slice(0, CONTEXT_UNITS_MAX);
}

/** A passage begins with its heading, which the context shows already. */
function withoutShownHeading(text: string, shown: string): string {
  const heading = /^[^\n]*(?:\n[=-]{3,}[ \t]*(?=\n|$))?/u.exec(text)![0];
  const rest = text.slice(heading.length);
  return rest.trim() !== '' && headingText(heading) === shown ? rest : text;
}

function bodySample(document: ExtractedDocument): string {
  const body = document.blocks.filter((block) => block.kind === 'paragraph' || block.kind === 'list');
  return body.slice(0, 20).map((block) => document.text.slice(block.start, Math.min(block.end, block.start + 400))).join('\n') || document.text.slice(0, 4_000);
}

function measureUnitsPerToken(document: ExtractedDocument, options: ChunkOptions): number {
  const middle = Math.max(0, Math.floor(document.text.length / 2 - SAMPLE_UNITS / 2));
  const sample = plainText(document.text.slice(middle, middle + SAMPLE_UNITS));
  return sample.length < 100 ? 3 : Math.min(6, Math.max(1, sample.length / Math.max(1, options.countTokens(sample))));
}
