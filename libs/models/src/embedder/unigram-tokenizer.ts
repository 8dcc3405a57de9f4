import { readFile } from 'node:fs/promises';
import { AppError } from '@kontor/kernel';
import { z } from 'zod';
import { normaliseText } from './normalise-text.js';
import { PieceTrie, ROOT } from './piece-trie.js';

type Vocabulary = readonly (readonly [piece: string, score: number])[];

/** A loop instead of a schema for each of 250,000 entries: it is part of every start. */
function isVocabulary(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number');
}

const TokenizerFile = z.object({
  model: z.object({ type: z.literal('Unigram'), unk_id: z.number().int(), vocab: z.custom<Vocabulary>(isVocabulary) }),
  added_tokens: z.array(z.object({ id: z.number().int(), content: z.string() })),
});

const WORD_START = '\u2581';
/** How much worse than the rarest piece a character is that the vocabulary does not know. */
const UNKNOWN_PENALTY = 10;
/** Words repeat; what was split once is looked up. Long "words" are base64 and the like, and would only fill the memory. */
const CACHED_WORDS_MAX = 50_000;
const CACHED_LENGTH_MAX = 32;

/**
 * The tokenizer of multilingual-e5: the likeliest split of each word into the pieces of a vocabulary of 250,000.
 * No piece crosses a word, so words are split one by one and remembered, which makes counting cheap enough for the
 * chunker's loop. A `</s>` in a document is characters.
 */
export class UnigramTokenizer {
  readonly #pieces: PieceTrie;
  readonly #scores: Float64Array;
  readonly #unknownScore: number;
  readonly #words = new Map<string, readonly number[]>();

  constructor(
    vocabulary: Vocabulary,
    private readonly special: { start: number; end: number; unknown: number },
    specialTokens: ReadonlySet<string>,
  ) {
    this.#scores = Float64Array.from(vocabulary, ([, score]) => score);
    this.#unknownScore = this.#scores.reduce((least, score) => Math.min(least, score), 0) - UNKNOWN_PENALTY;
    const pieces = vocabulary.map(([piece], id) => [piece, id] as const);
    this.#pieces = new PieceTrie(pieces.filter(([piece]) => !specialTokens.has(piece)));
  }

  /** Reads a model's own `tokenizer.json`. */
  static async load(path: string): Promise<UnigramTokenizer> {
    const parsed = TokenizerFile.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (!parsed.success) throw new AppError('model.tokenizer_unsupported', { message: `${path} is not a Unigram tokenizer.`, cause: parsed.error });
    const { model, added_tokens: added } = parsed.data;
    const idOf = (content: string): number => added.find((token) => token.content === content)?.id ?? model.unk_id;
    const special = { start: idOf('<s>'), end: idOf('</s>'), unknown: model.unk_id };
    return new UnigramTokenizer(model.vocab, special, new Set(added.map(({ content }) => content)));
  }

  /** Ids with the special tokens around them; what exceeds `tokensMax` is cut before the last one. */
  encode(text: string, tokensMax: number): number[] {
    const ids = [this.special.start];
    for (const word of wordsOf(text)) {
      if (ids.length >= tokensMax) break;
      for (const id of this.#split(word)) ids.push(id);
    }
    ids.length = Math.min(ids.length, tokensMax - 1);
    ids.push(this.special.end);
    return ids;
  }

  /** Tokens of the text, without special tokens. */
  count(text: string): number {
    let count = 0;
    for (const word of wordsOf(text)) count += this.#split(word).length;
    return count;
  }

  #split(word: string): readonly number[] {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const ids = this.#likeliest(WORD_START + word);
    if (this.#words.size >= CACHED_WORDS_MAX) this.#words.clear();
    if (word.length <= CACHED_LENGTH_MAX) this.#words.set(word, ids);
    return ids;
  }

  /** Viterbi: for each position the best way to reach it, then back from the end. */
  #likeliest(word: string): number[] {
    const best = new Float64Array(word.length + 1).fill(-Infinity);
    const from = new Int32Array(word.length + 1);
    const piece = new Int32Array(word.length + 1);
    best[0] = 0;
    const reach = (start: number, end: number, id: number, score: number): void => {
      if (best[start]! + score <= best[end]!) return;
      best[end] = best[start]! + score;
      from[end] = start;
      piece[end] = id;
    };
    for (let start = 0, next = 0; start < word.length; start = next) {
      next = start + (word.codePointAt(start)! > 0xffff ? 2 : 1);
      let known = false;
      for (let end = start, node = ROOT; end < word.length; ) {
        node = this.#pieces.child(node, word.charCodeAt(end));
        if (node < 0) break;
        end += 1;
        const id = this.#pieces.idAt(node);
        if (id < 0) continue;
        known ||= end === next;
        reach(start, end, id, this.#scores[id]!);
      }
      if (!known) reach(start, next, this.special.unknown, this.#unknownScore);
    }
    const ids: number[] = [];
    for (let end = word.length; end > 0; end = from[end]!) {
      const unknownAgain = piece[end] === this.special.unknown && ids.at(-1) === this.special.unknown;
      if (!unknownAgain) ids.push(piece[end]!);
    }
    return ids.reverse();
  }
}

/** The words of a text. A space before the first word belongs to it; one at the end is a word of its own. */
function wordsOf(text: string): string[] {
  if (text === '') return [];
  const words = normaliseText(text).split(' ');
  return words[0] === '' && words.length > 1 ? words.slice(1) : words;
}
