import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedder } from '../embedder/embedder.js';

export interface SuiteOptions {
  /** What the adapter needs and lacks here, in words; the suite is skipped then. */
  needs?: string | undefined;
}

const HOLIDAY = 'Jeder Mitarbeiter hat Anspruch auf 30 Tage Urlaub im Jahr.';
const PRINTER = 'Ein Papierstau im Drucker wird hinten an der Klappe behoben.';
const QUESTION = 'Wie viele Tage Urlaub hat ein Mitarbeiter im Jahr?';

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** What every embedder keeps. `make` opens one; the suite closes it. */
export function describeEmbedder(name: string, make: () => Embedder | Promise<Embedder>, { needs }: SuiteOptions = {}): void {
  describe.skipIf(needs !== undefined)(`embedder: ${name}${needs === undefined ? '' : ` (skipped: ${needs})`}`, () => {
    let embedder: Embedder;
    beforeAll(async () => void (embedder = await make()));
    afterAll(() => embedder.close());

    it('gives normalised vectors of the stated length, so that a product is a cosine', async () => {
      for (const vector of await embedder.embed([HOLIDAY, '', '\u0000', '🙂'], 'passage')) {
        expect(vector).toHaveLength(embedder.dimensions);
        expect(cosine(vector, vector)).toBeCloseTo(1, 4);
      }
      expect(await embedder.embed([], 'passage')).toEqual([]);
    });

    it('keeps the order of the texts, whatever their lengths, and gives a text the same vector in any company', async () => {
      const texts = [HOLIDAY, 'Kurz.', PRINTER, `${HOLIDAY} ${PRINTER}`.repeat(3), 'Kurz.', 'Ebenso.'];
      const together = await embedder.embed(texts, 'passage');
      const alone = await Promise.all(texts.map((text) => embedder.embed([text], 'passage')));
      for (const [i, vector] of together.entries()) expect(cosine(vector, alone[i]![0]!)).toBeGreaterThan(0.9999);
      expect(cosine(together[0]!, together[2]!)).toBeLessThan(0.99);
    });

    it('puts a question nearer to the passage that answers it', async () => {
      const [[question], [holiday, printer]] = await Promise.all([embedder.embed([QUESTION], 'query'), embedder.embed([HOLIDAY, PRINTER], 'passage')]);
      expect(cosine(question!, holiday!)).toBeGreaterThan(cosine(question!, printer!) + 0.02);
    });

    it('answers a query before passages that were there first, so that search stays quick during an import', async () => {
      const order: string[] = [];
      const passages = embedder.embed(Array.from({ length: 60 }, (_, i) => `${HOLIDAY} ${i}`), 'passage').then(() => order.push('passages'));
      await new Promise((resolve) => setTimeout(resolve, 0));
      const query = embedder.embed([QUESTION], 'query').then(() => order.push('query'));
      await Promise.all([passages, query]);
      expect(order).toEqual(['query', 'passages']);
    });

    it('cuts what is too long instead of failing', async () => {
      const long = `${HOLIDAY} `.repeat(embedder.tokensMax);
      const [whole, start] = await embedder.embed([long, long.slice(0, long.length / 2)], 'passage');
      expect(cosine(whole!, start!)).toBeCloseTo(1, 4);
    });

    it('rejects an aborted call with the reason and answers the next one', async () => {
      const stop = new AbortController();
      const call = embedder.embed(Array.from({ length: 40 }, (_, i) => `${PRINTER} ${i}`), 'passage', stop.signal);
      stop.abort(new Error('the import was stopped'));
      await expect(call).rejects.toThrow('the import was stopped');
      await expect(embedder.embed([HOLIDAY], 'passage', stop.signal)).rejects.toThrow('the import was stopped');
      await expect(embedder.embed([HOLIDAY], 'passage')).resolves.toHaveLength(1);
    });

    it('counts tokens of a text: none for none, more for more, and more than a word for what is no word', () => {
      expect(embedder.countTokens('')).toBe(0);
      expect(embedder.countTokens(HOLIDAY)).toBeGreaterThanOrEqual(10);
      expect(embedder.countTokens(`${HOLIDAY} ${HOLIDAY}`)).toBe(2 * embedder.countTokens(HOLIDAY));
    });

    it('rejects what waits when it is closed', async () => {
      const closing = await make();
      const call = closing.embed(Array.from({ length: 40 }, (_, i) => `${PRINTER} ${i}`), 'passage');
      const outcome = expect(call).rejects.toMatchObject({ code: 'embedder.closed' });
      await closing.close();
      await outcome;
      await expect(closing.embed([HOLIDAY], 'query')).rejects.toMatchObject({ code: 'embedder.closed' });
    });
  });
}
