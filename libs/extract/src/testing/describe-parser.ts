import { AppError } from '@kontor/kernel';
import type { ExtractedDocument } from '@kontor/rag-core';
import { beforeAll, describe, expect, it } from 'vitest';

/** What every sample says, whatever its format. */
export const SAMPLE = {
  title: 'Dienstreisen',
  section: 'Genehmigung und Buchung',
  paragraph: 'Jede Dienstreise ist vor dem Antritt zu genehmigen; für Reisen ins Ausland stimmt außerdem die Personalabteilung zu.',
  items: ['Inland: eine Unterschrift', 'Ausland: zwei Unterschriften'],
} as const;

export interface ParserUnderTest {
  /** With the ending of the format. */
  fileName: string;
  /** A file that holds SAMPLE: its title as a heading of level 1, the section one level below, then the paragraph and a list. */
  makeSample: () => Promise<Uint8Array> | Uint8Array;
  parse: (bytes: Uint8Array, name: string) => Promise<ExtractedDocument>;
}

/** What every parser keeps. Whoever adds a format proves it with this suite. */
export function describeParser(format: string, { fileName, makeSample, parse }: ParserUnderTest): void {
  describe(`parser: ${format}`, () => {
    let bytes: Uint8Array;
    let document: ExtractedDocument;
    beforeAll(async () => {
      bytes = await makeSample();
      document = await parse(bytes, fileName);
    });
    const textOf = (kind: string) => document.blocks.filter((block) => block.kind === kind).map(({ start, end }) => document.text.slice(start, end));

    it('gives ranges that are in order, disjoint, inside the text and not blank', () => expectSound(document));

    it('finds the headings, their levels and no more than their words', () => {
      const headings = document.blocks.filter(({ kind }) => kind === 'heading').map(({ level, start, end }) => [level, document.text.slice(start, end)]);
      expect(headings).toEqual([[1, SAMPLE.title], [2, SAMPLE.section]]);
      expect(document.title).toBe(SAMPLE.title);
    });

    it('keeps a paragraph whole, so that a sentence can be quoted from it', () => {
      expect(textOf('paragraph').map((text) => text.replace(/\s+/g, ' '))).toContain(SAMPLE.paragraph);
    });

    it('keeps each item of a list on a line of its own', () => {
      const lines = textOf('list').flatMap((text) => text.split('\n'));
      for (const item of SAMPLE.items) expect(lines.filter((line) => line.endsWith(item))).toHaveLength(1);
    });

    it('gives the same for the same bytes', async () => expect(await parse(bytes, fileName)).toEqual(document));

    it('answers a file that is cut anywhere with a sound document or a reason', async () => {
      for (let share = 0; share < 1; share += 0.09) await expectSoundOrReason(parse(bytes.subarray(0, bytes.length * share), fileName));
    });

    it('answers a damaged file with a sound document or a reason', async () => {
      for (let seed = 1; seed <= 24; seed += 1) await expectSoundOrReason(parse(damaged(bytes, seed), fileName));
    });
  });
}

function expectSound({ text, title, blocks }: ExtractedDocument): void {
  expect(blocks.length).toBeGreaterThan(0);
  expect(title.trim()).not.toBe('');
  expect(text).not.toMatch(/[\u0000\u0001\r]/);
  expect(text.isWellFormed()).toBe(true);
  let before = 0;
  for (const { start, end, kind, level } of blocks) {
    expect(start).toBeGreaterThanOrEqual(before);
    expect(text.slice(start, end).trim()).not.toBe('');
    expect(end).toBeLessThanOrEqual(text.length);
    expect(level !== undefined).toBe(kind === 'heading');
    before = end;
  }
}

async function expectSoundOrReason(parsing: Promise<ExtractedDocument>): Promise<void> {
  const outcome = await parsing.catch((thrown: unknown) => thrown);
  if (!(outcome instanceof Error)) return expectSound(outcome as ExtractedDocument);
  expect(outcome).toBeInstanceOf(AppError);
  expect((outcome as AppError).code).toMatch(/^document\./);
}

/** The same few bytes changed for the same seed, by a linear congruential generator. */
function damaged(bytes: Uint8Array, seed: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  let state = seed;
  for (let change = 0; change < 12; change += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    copy[state % copy.length] = (state >> 8) & 0xff;
  }
  return copy;
}
