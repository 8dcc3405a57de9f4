import { expect, it } from 'vitest';
import { describeEmbedder } from '../testing/describe-embedder.js';
import { HashEmbedder } from '../testing/hash-embedder.js';
import type { EmbedKind } from './embedder.js';
import { RememberingEmbedder } from './remembering-embedder.js';

class Counting extends HashEmbedder {
  readonly asked: string[] = [];

  override embed(texts: readonly string[], kind: EmbedKind, signal?: AbortSignal): Promise<Float32Array[]> {
    this.asked.push(...texts);
    return super.embed(texts, kind, signal);
  }
}

describeEmbedder('one that remembers', () => new RememberingEmbedder(new HashEmbedder()));

it('embeds a sentence once, however often and in whatever company it is asked for', async () => {
  const inner = new Counting();
  const embedder = new RememberingEmbedder(inner);
  await embedder.embed(['a b', 'c d', 'a b'], 'query');
  const again = await embedder.embed(['c d', 'e f'], 'query');
  expect(inner.asked).toEqual(['a b', 'c d', 'e f']);
  expect(again).toEqual(await new HashEmbedder().embed(['c d', 'e f'], 'query'));
});

it('keeps no passage, and of the rest what was asked for last', async () => {
  const inner = new Counting();
  const embedder = new RememberingEmbedder(inner, 2);
  await embedder.embed(['a'], 'passage');
  for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await embedder.embed([text], 'query');
  expect(inner.asked).toEqual(['a', 'a', 'b', 'c', 'b']);
});
