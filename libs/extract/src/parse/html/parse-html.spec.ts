import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../limits.js';
import type { Parsed } from '../parser.js';
import { parseHtml } from './parse-html.js';

const parse = (html: string | Buffer) => parseHtml({ bytes: Buffer.from(html), name: 'a.html', limits: DEFAULTS }) as Parsed;
const blocksOf = (html: string) => {
  const { text, blocks } = parse(html);
  return blocks.map(({ kind, level, start, end }) => [level ? `${kind} ${level}` : kind, text.slice(start, end)]);
};

describe('a page', () => {
  it('is its visible text, in blocks that stand a blank line apart', () => {
    const html = '<h1>Kantine <small>Haus A</small></h1>lose <b>Wörter</b> und<div>ein  \n Absatz<br>mit Umbruch</div><pre>a\n  b</pre><blockquote><p>Zitat</p><p>weiter</p></blockquote>';
    expect(blocksOf(html)).toEqual([
      ['heading 1', 'Kantine Haus A'],
      ['paragraph', 'lose Wörter und'],
      ['paragraph', 'ein Absatz\nmit Umbruch'],
      ['code', 'a\n  b'],
      ['quote', 'Zitat\nweiter'],
    ]);
    expect(parse('<p>a</p><p>b</p>').text).toBe('a\n\nb');
  });

  it('is without navigation, scripts, forms and what is hidden', () => {
    const hidden = ['<nav>x</nav>', '<script>x</script>', '<style>x</style>', '<template>x</template>', '<p hidden>x</p>', '<p aria-hidden="true">x</p>', '<p style="display: none">x</p>', '<div role="navigation">x</div>', '<button>x</button>', '<svg><text>x</text></svg>', '<footer>x</footer>', '<!-- x -->'];
    for (const part of hidden) expect(blocksOf(`<p>sichtbar</p>${part}`)).toEqual([['paragraph', 'sichtbar']]);
  });

  it('is its main part where it marks one', () => {
    expect(blocksOf('<header>Firma</header><div>Menü</div><main><header><h1>Titel</h1></header><p>Text</p></main><aside>Werbung</aside>')).toEqual([['heading 1', 'Titel'], ['paragraph', 'Text']]);
  });

  it('loses no space between the words of neighbouring elements, and gains none within a word', () => {
    expect(blocksOf('<p>Ar<b>beit</b>s<wbr>zeit&shy;konto <a href="x">hier</a></p><ul><li><p>a</p><p>b</p></li></ul>')).toEqual([['paragraph', 'Arbeitszeitkonto hier'], ['list', '- a b']]);
  });

  it('is titled by its first heading, else by its head', () => {
    expect(parse('<title>Reiter</title><h1>Titel</h1>').title).toBe('Titel');
    expect(parse('<title>Reiter</title><svg><title>Bild</title></svg><h2>Teil</h2>').title).toBe('Reiter');
  });

  it('is decoded as it declares', () => expect(parse(Buffer.from('<meta charset="iso-8859-15"><p>5 \xa4 f\xfcr Gr\xfc\xdfe</p>', 'latin1')).text).toBe('5 € für Grüße'));
});

describe('a list', () => {
  it('has a line an item, numbers where it counts, and nested lists below', () => {
    const html = '<ol start="3"><li>drei<ul><li>innen</li></ul></li><li>vier</li></ol><dl><dt>Wort</dt><dd>Bedeutung</dd></dl>';
    expect(blocksOf(html)).toEqual([['list', '3. drei\n  - innen\n4. vier'], ['list', 'Wort\n- Bedeutung']]);
  });

  it('that lays out a page is taken apart', () => expect(blocksOf('<ul><li><h2>Teil</h2><p>Text</p></li></ul>')).toEqual([['heading 2', 'Teil'], ['paragraph', 'Text']]));
});

describe('a table', () => {
  it('has pipes between its cells and repeats what spans rows', () => {
    const html = '<table><caption>Fristen</caption><thead><tr><th>Art<th>Dauer<th>Ort</thead><tr><td rowspan=2>a|b<td>1<td>x<tr><td colspan=2>2</table>';
    expect(blocksOf(html)).toEqual([['paragraph', 'Fristen'], ['table', '| Art | Dauer | Ort |\n| --- | --- | --- |\n| a\\|b | 1 | x |\n| a\\|b | 2 |  |']]);
  });

  it('that lays out a page is taken apart', () => {
    expect(blocksOf('<table role="presentation"><tr><td><h1>Titel</h1><td>Text</table>')).toEqual([['heading 1', 'Titel'], ['paragraph', 'Text']]);
  });

  it('cannot grow beyond reason', () => expect(parse('<table><tr><td colspan=1000>a<td colspan=1000>b<tr><td>c</table>').text.length).toBeLessThan(2_000));
});
