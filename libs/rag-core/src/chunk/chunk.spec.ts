import { describe, expect, it } from 'vitest';
import type { Block, ExtractedDocument } from '../document/index.js';
import { chunkDocument, chunkSteps, lawOf, lexicalTerms, plainText, type Chunk } from './index.js';

const countTokens = (text: string): number => Math.ceil(text.length / 4);

/** A document from pieces: `# `, `## ` open headings, `- ` lists, `|` tables; the rest are paragraphs. */
function documentOf(pieces: readonly string[], extra: Partial<ExtractedDocument> = {}): ExtractedDocument {
  let text = '';
  const blocks = pieces.map((piece): Block => {
    const heading = /^(#+) /.exec(piece);
    const start = text.length + (heading ? heading[0].length : 0);
    text += `${piece}\n\n`;
    const range = { start, end: start + piece.length - (heading ? heading[0].length : 0) };
    if (heading) return { kind: 'heading', level: heading[1]!.length, ...range };
    return { kind: piece.startsWith('|') ? 'table' : /^(?:-|\d+\.) /.test(piece) ? 'list' : 'paragraph', ...range };
  });
  return { text, title: 'Bundesbeispielgesetz (BBspG)', mediaType: 'text/markdown', blocks, ...extra };
}

const chunksOf = (document: ExtractedDocument, maxTokens = 120): Chunk[] => chunkDocument(document, { maxTokens, countTokens });
const sentence = (topic: string): string => `Wer ${topic} beantragt, legt der zuständigen Stelle binnen vier Wochen alle nötigen Unterlagen vor.`;

describe('chunkDocument', () => {
  it('never goes over the limit, and every chunk is an exact range of the text', () => {
    const document = documentOf(['# Alles', ...Array.from({ length: 30 }, (_, index) => `${sentence(`Geld ${index}`)} ${sentence(`Urlaub ${index}`)}`)]);
    const chunks = chunksOf(document);
    expect(chunks.length).toBeGreaterThan(5);
    for (const chunk of chunks) {
      expect(chunk.tokenCount).toBeLessThanOrEqual(120);
      expect(countTokens(chunk.embeddingText)).toBe(chunk.tokenCount);
      expect(document.text.slice(chunk.start, chunk.end)).toBe(chunk.text);
    }
    expect(chunks.map(({ ordinal }) => ordinal)).toEqual(chunks.map((_, index) => index));
  });

  it('holds every sentence exactly once', () => {
    const sentences = Array.from({ length: 25 }, (_, index) => sentence(`Zuschuss ${index} im Fall`));
    const all = chunksOf(documentOf(['# Zuschüsse', sentences.slice(0, 20).join(' '), ...sentences.slice(20)])).map(({ text }) => text).join('\n');
    for (const one of sentences) expect(all.split(one).length - 1).toBe(1);
  });

  it('keeps paragraphs of a statute apart, however short, and leaves out the repealed ones', () => {
    const chunks = chunksOf(documentOf(['# Erster Teil', '## § 1 Zweck', 'Dieses Gesetz schützt.', '## § 2 (weggefallen)', '## § 3 Frist', 'Die Frist ist kurz.', '## § 4', '(weggefallen)']));
    expect(chunks.map(({ headingPath }) => headingPath.at(-1))).toEqual(['§ 1 Zweck', '§ 3 Frist']);
    expect(chunks[0]!.headingPath).toEqual(['Erster Teil', '§ 1 Zweck']);
  });

  it('cuts a long paragraph where a subsection opens', () => {
    const chunks = chunksOf(documentOf(['# § 1 Anträge', ...[1, 2, 3, 4].map((number) => `(${number}) ${sentence('eine Rente')} ${sentence('eine Pflege')}`)]), 150);
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks.slice(1)) expect(chunk.text).toMatch(/^\(\d\)/);
  });

  it('gives the rest of an enumeration the words that open it', () => {
    const items = Array.from({ length: 12 }, (_, index) => `${index + 1}. ${sentence(`Fall ${index}`)}`).join('\n');
    const chunks = chunksOf(documentOf(['# § 1 Anträge', 'Die Frist beträgt in folgenden Fällen', items]));
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) expect(chunk.embeddingText).toContain('Die Frist beträgt in folgenden Fällen');
  });

  it('gives the rest of a table its header', () => {
    const rows = Array.from({ length: 40 }, (_, index) => `| Gruppe ${index} | ${index} Tage im Jahr |`).join('\n');
    const chunks = chunksOf(documentOf(['# Tage', `| Wer | Anspruch |\n| --- | --- |\n${rows}`]));
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) expect(chunk.embeddingText).toMatch(/\| Wer \| Anspruch \|/);
  });

  it('puts small sections of a handbook together under their common heading', () => {
    const chunks = chunksOf(documentOf(['# Reisen', '## Bahn', 'Zweite Klasse.', '## Flug', 'Nur über 700 km.', '## Hotel', 'Bis 120 Euro.'], { title: 'Handbuch' }));
    expect(chunks).toHaveLength(1);
    expect(chunks[0]!.headingPath).toEqual(['Reisen']);
    expect(chunks[0]!.text).toContain('Hotel');
  });

  it('cuts even what has no sentences', () => {
    const chunks = chunksOf(documentOf(['x'.repeat(5_000)]));
    expect(chunks.every(({ tokenCount }) => tokenCount <= 120)).toBe(true);
    expect(chunks.map(({ text }) => text).join('')).toBe('x'.repeat(5_000));
  });

  it('asks the tokenizer about once a chunk', () => {
    let calls = 0;
    const document = documentOf(Array.from({ length: 60 }, (_, index) => sentence(`Beihilfe ${index}`)));
    const chunks = chunkDocument(document, { maxTokens: 120, countTokens: (text) => ((calls += 1), countTokens(text)) });
    expect(calls).toBeLessThan(2 * chunks.length + 2);
  });

  it('comes in steps with pauses between, in the middle of a long block too', () => {
    const document = documentOf(['# Alles', Array.from({ length: 3_000 }, (_, index) => sentence(`Geld ${index}`)).join(' '), '## Mehr', sentence('Urlaub')]);
    let [pauses, longest] = [0, 0];
    for (const step of chunkSteps(document, { maxTokens: 120, countTokens })) longest = Math.max(longest, (pauses = step === undefined ? pauses + 1 : 0));
    expect(longest).toBeGreaterThan(3_000);
    expect([...chunkSteps(document, { maxTokens: 120, countTokens })].filter((step) => step !== undefined)).toEqual(chunksOf(document));
  });

  it('has nothing to say about a document of headings', () => expect(chunksOf(documentOf(['# Eins', '## Zwei']))).toEqual([]));

  it('takes a block of more parts than a call takes arguments', () => {
    const lines = Array.from({ length: 200_000 }, (_, index) => `| ${index} |`).join('\n');
    const chunks = chunkDocument(documentOf([lines]), { maxTokens: 4_000, countTokens });
    expect(chunks.at(-1)!.text).toContain('| 199999 |');
  });
});

describe('lexicalTerms', () => {
  const document = documentOf(['# § 7 Fristen', '(1) Die Frist ist kurz.', '(2) Die Dauer ist lang.'], { metadata: { jurabk: 'BBspG 2009' } });

  it('name the paragraph, its subsections and the law, so that a citation finds it', () => {
    const [chunk] = chunksOf(document);
    expect(lexicalTerms(chunk!, document)).toEqual(expect.arrayContaining(['§7', '§7@bbspg', '§7.2@bbspg', 'bbspg']));
  });

  it('do not name a paragraph that the text merely mentions', () => {
    const other = documentOf(['# § 8 Verweis', 'Es gilt § 7 Abs. 2.'], { metadata: { jurabk: 'BBspG' } });
    const terms = lexicalTerms(chunksOf(other)[0]!, other);
    expect(terms).not.toContain('§7@bbspg');
    expect(terms).toContain('§8@bbspg');
  });
});

describe('lawOf', () => {
  it('takes the front matter, else the brackets of the title of a statute, and none for a handbook', () => {
    expect(lawOf(documentOf(['# § 1 Zweck', 'Text.'], { metadata: { jurabk: 'SGB 3' } }))).toBe('sgb3');
    expect(lawOf(documentOf(['# § 1 Zweck', 'Text.']))).toBe('bbspg');
    expect(lawOf(documentOf(['# Reisen', 'Text.']))).toBeUndefined();
  });
});

describe('plainText', () => {
  it('drops the markup and keeps the words', () => {
    expect(plainText('## **Wer** [zahlt](https://example.org/x)?\n\n<span class="a">Alle</span>, _fast_ immer; `a_b` und 2*3 bleiben.')).toBe('Wer zahlt?\nAlle , fast immer; `a_b` und 2*3 bleiben.');
  });
});
