import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../limits.js';
import type { Parsed } from '../parser.js';
import { parseMarkdown } from './parse-markdown.js';

const parse = (text: string) => parseMarkdown({ bytes: Buffer.from(text), name: 'a.md', limits: DEFAULTS }) as Parsed;
const blocksOf = (text: string) => {
  const parsed = parse(text);
  return parsed.blocks.map(({ kind, level, start, end }) => [level ? `${kind} ${level}` : kind, parsed.text.slice(start, end)]);
};

describe('the blocks of Markdown', () => {
  it('are those of CommonMark with tables', () => {
    const text = '# Eins\n\nAbsatz\nmit zwei Zeilen\n\n- a\n  - b\n\n- c\n\n> Zitat\n> weiter\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```ts\n# kein Titel\n```\n\nZwei\n----\n\n***\n\nEnde';
    expect(blocksOf(text)).toEqual([
      ['heading 1', 'Eins'],
      ['paragraph', 'Absatz\nmit zwei Zeilen'],
      ['list', '- a\n  - b\n\n- c'],
      ['quote', '> Zitat\n> weiter'],
      ['table', '| a | b |\n|---|---|\n| 1 | 2 |'],
      ['code', '```ts\n# kein Titel\n```'],
      ['heading 2', 'Zwei'],
      ['paragraph', 'Ende'],
    ]);
  });

  it('have headings without their marks', () => {
    expect(blocksOf('## Reisen ##\n\n###   Kosten {#kosten}\n\nÜber\nzwei Zeilen\n===\n\n# C#\n\n#\n')).toEqual([
      ['heading 2', 'Reisen'],
      ['heading 3', 'Kosten'],
      ['heading 1', 'Über\nzwei Zeilen'],
      ['heading 1', 'C#'],
    ]);
  });

  it('hold every word, also of link definitions, footnotes and deep indents, but no comment', () => {
    expect(blocksOf('[^1]: Fußnote\n\n    1\\. tief eingerückt\n\n[a]: https://example.org\n\n<!-- unsichtbar -->\n\n<b>roh</b>')).toEqual([
      ['paragraph', '[^1]: Fußnote'],
      ['paragraph', '1\\. tief eingerückt'],
      ['paragraph', '[a]: https://example.org'],
      ['paragraph', '<b>roh</b>'],
    ]);
  });

  it('keep subsections of a statute apart from their enumerations', () => {
    expect(blocksOf('### § 10 Pflichten\n\n(1) Die Pflichten sind:\n\n1.  die Prüfung\n    der Person,\n\n\n2.  die Abklärung.\n\n(2) Der Umfang\nist angemessen.')).toEqual([
      ['heading 3', '§ 10 Pflichten'],
      ['paragraph', '(1) Die Pflichten sind:'],
      ['list', '1.  die Prüfung\n    der Person,\n\n\n2.  die Abklärung.'],
      ['paragraph', '(2) Der Umfang\nist angemessen.'],
    ]);
  });
});

describe('front matter', () => {
  it('gives metadata and no block', () => {
    const text = '---\nTitle: Sozialgesetzbuch (SGB)\n  Fünftes Buch\njurabk: SGB 5\ntags:\n  - a\nquoted: "ja: nein"\n---\n\n# Sozialgesetzbuch (SGB 5)\n\nText';
    const { metadata, title } = parse(text);
    expect(metadata).toEqual({ Title: 'Sozialgesetzbuch (SGB) Fünftes Buch', jurabk: 'SGB 5', quoted: 'ja: nein' });
    expect(title).toBe('Sozialgesetzbuch (SGB 5)');
    expect(blocksOf(text)).toEqual([['heading 1', 'Sozialgesetzbuch (SGB 5)'], ['paragraph', 'Text']]);
  });

  it('may have the beginning of the title before it', () => {
    const text = 'Gesetz\nüber den Aufenthalt\n---\nTitle: und die Integration\njurabk: AufenthG\n---\n\n# und die Integration (AufenthG)\n\nText';
    expect(parse(text).title).toBe('Gesetz über den Aufenthalt und die Integration (AufenthG)');
    expect(blocksOf(text)[0]).toEqual(['paragraph', 'Gesetz\nüber den Aufenthalt']);
  });

  it('gives the title where no heading of level 1 does', () => {
    expect(parse('---\ntitle: Urlaub\n---\n\n## Anspruch').title).toBe('Urlaub');
    expect(parse('## Anspruch').title).toBe('Anspruch');
    expect(parse('nur Text').title).toBeUndefined();
  });

  it('is not what merely stands between two rules', () => {
    expect(blocksOf('Vorwort\n\n---\nHinweis: gilt\n\n---\n\nEnde').flat()).toContain('Hinweis: gilt');
    expect(parse('---\n\nText\n\n---\n').metadata).toBeUndefined();
  });
});

describe('a title', () => {
  it('is free of inline markup', () => expect(parse('# **Der** [Plan](x.md) für `a_b`').title).toBe('Der Plan für a_b'));
});

describe('a statute of 2.2 MB', () => {
  it('is parsed to its last paragraph within four seconds of computing', () => {
    const section = (number: number) => `### § ${number} Leistungen\n\n(1) Die Krankenkassen stellen den Versicherten die Leistungen zur Verfügung:\n\n1.  soweit sie notwendig sind,\n\n2.  soweit sie wirtschaftlich sind.\n\n`;
    const text = Array.from({ length: 14_000 }, (_, index) => section(index)).join('');
    expect(text.length).toBeGreaterThan(2_200_000);
    // Computing, not waiting: a busy machine makes no difference.
    const before = process.cpuUsage();
    expect(parse(text).blocks).toHaveLength(42_000);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(4_000);
  });
});
