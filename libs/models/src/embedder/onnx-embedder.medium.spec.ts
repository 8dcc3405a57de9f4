import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PreTrainedTokenizer } from '@xenova/transformers';
import { describe, expect, it } from 'vitest';
import type { EmbedderEntry } from '../catalogue/entry.js';
import { describeEmbedder } from '../testing/describe-embedder.js';
import { realModel } from '../testing/real-model.js';
import { createEmbedder } from './onnx-embedder.js';
import { UnigramTokenizer } from './unigram-tokenizer.js';

const real = await realModel('multilingual-e5-small-q4-int8');
const open = () => {
  if (real.needs !== undefined) throw new Error(real.needs);
  return createEmbedder({ entry: real.entry as EmbedderEntry, folder: real.folder, threads: 2 });
};

describeEmbedder('ONNX Runtime, multilingual-e5-small', open, real);

const TEXTS = [
  '§ 622 Abs. 2 Nr. 3 BGB: Die Kündigungsfrist beträgt nach zehnjähriger Betriebszugehörigkeit vier Monate.',
  'Über Größe, Maß und Straße: äöüß ÄÖÜ, „Anführung“ – und ein Gedankenstrich … ½ ﬁ ｗｉｄｅ～',
  '  leading  and   trailing spaces \t and\u00a0others\u200b\n\n| table | cell |\n|---|---|\n',
  '日本語の文章。 Русский текст. العربية 👩‍👩‍👧 emoji \ud83d lone',
  'https://intranet.example/a/very/long/path?with=parameters&and=more#'.repeat(4),
  ' ',
  '',
];

describe.skipIf(real.needs !== undefined)('the tokenizer of multilingual-e5-small', () => {
  it('gives the very ids of @xenova/transformers, which is the measure, only in a fraction of its time', { timeout: 120_000 }, async () => {
    if (real.needs !== undefined) throw new Error(real.needs);
    const path = join(real.folder, 'tokenizer.json');
    const reference = new PreTrainedTokenizer(JSON.parse(await readFile(path, 'utf8')), {});
    const tokenizer = await UnigramTokenizer.load(path);
    for (const text of TEXTS) expect(tokenizer.encode(text, 10_000)).toEqual(reference.encode(text));
  });
});

describe.skipIf(real.needs !== undefined)('embedding in threads', () => {
  it('leaves the event loop free, so that chat and search go on during an import', { timeout: 120_000 }, async () => {
    const embedder = await open();
    let longestMs = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - last);
      last = performance.now();
    }, 5);
    const startedMs = performance.now();
    await embedder.embed(Array.from({ length: 40 }, (_, i) => `${TEXTS[0]!} ${i} `.repeat(6)), 'passage');
    clearInterval(timer);
    await embedder.close();
    // A thread that computed here would block for the whole time.
    expect(longestMs).toBeLessThan((performance.now() - startedMs) / 3);
  });

  it('fails with a code where the model is not there', async () => {
    const entry = { name: 'none', kind: 'embedder', files: [{ name: 'none.onnx', sha256: '' }] } as unknown as EmbedderEntry;
    await expect(createEmbedder({ entry, folder: '/nonexistent/none', threads: 1 })).rejects.toMatchObject({ code: 'embedder.unloadable' });
  });
});
