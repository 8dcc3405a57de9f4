const PIECES = /[\p{L}\p{M}]+|\p{N}|\s+|[^\p{L}\p{M}\p{N}\s]+/gu;
const WORDS = /\p{L}+/gu;
const ENGLISH_WORDS = /\b(?:the|of|and|to|is|are|for|you|with|that|this|be)\b/giu;
/** One in so many words is one of these in English, hardly any in another language. */
const ENGLISH_WORDS_EVERY = 12;

type Kind = 'english' | 'other';

/** Letters that are one token as a whole word, and letters of a token in a longer word. */
const LETTERS: Record<Kind, { whole: number; part: number }> = { english: { whole: 8, part: 6 }, other: { whole: 4, part: 4 } };
/** Capitals inside a word, as in keys and headings, are cut to small pieces. */
const LETTERS_OF_CAPITALS = 2.3;
const BYTES_OF_OTHER_SCRIPTS = 2.7;
const SIGNS_OF_A_RULE = 8;

const SAMPLES: Record<Kind, string> = {
  english:
    'The employee is entitled to thirty days of leave in each calendar year, and the manager decides within five working days. You keep your entitlement for up to three months of the following year, provided that you were ill and the certificate reached us in time.',
  other:
    'Der Arbeitnehmer hat in jedem Kalenderjahr Anspruch auf dreißig Arbeitstage Erholungsurlaub; über den Antrag entscheidet die Vorgesetzte innerhalb von fünf Werktagen. Bei Arbeitsunfähigkeit bleibt der Urlaubsanspruch bis zum 31. März des Folgejahres erhalten, sofern die Bescheinigung fristgerecht vorlag.',
};
const FACTOR_MIN = 0.6;
const FACTOR_MAX = 3;

/**
 * Tokens of a text without the server's tokenizer. Measured with Qwen's on 8,000 pieces of German law, an English handbook
 * and the samples: 84 % of the true number in the worst hundredth, 0.96 to 1.12 of it in the middle; tables and code count
 * rather too high. `calibrate` fits it to another tokenizer.
 */
export class TokenEstimate {
  #factors: Record<Kind, number> = { english: 1, other: 1 };

  count(text: string): number {
    const kind = kindOf(text);
    return Math.ceil(rawTokens(text, kind) * this.#factors[kind]);
  }

  /** Asks for the true number of tokens of a sample in each language. */
  async calibrate(countOf: (text: string) => Promise<number>): Promise<void> {
    for (const kind of ['english', 'other'] as const) {
      const factor = (await countOf(SAMPLES[kind])) / rawTokens(SAMPLES[kind], kind);
      this.#factors[kind] = Math.min(FACTOR_MAX, Math.max(FACTOR_MIN, factor));
    }
  }
}

function kindOf(text: string): Kind {
  const known = text.match(ENGLISH_WORDS)?.length ?? 0;
  return known * ENGLISH_WORDS_EVERY > (text.match(WORDS)?.length ?? 0) ? 'english' : 'other';
}

function rawTokens(text: string, kind: Kind): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(PIECES)) tokens += tokensOf(piece, LETTERS[kind]);
  return tokens;
}

function tokensOf(piece: string, { whole, part }: { whole: number; part: number }): number {
  // A single space belongs to the word behind it.
  if (piece === ' ') return 0;
  if (/^[\s\p{N}]/u.test(piece)) return 1;
  if (/^\p{Script=Latin}/u.test(piece)) {
    if (/.\p{Lu}/u.test(piece)) return piece.length / LETTERS_OF_CAPITALS;
    return piece.length <= whole ? 1 : Math.ceil(piece.length / part);
  }
  if (/^(.)\1+$/u.test(piece)) return Math.ceil(piece.length / SIGNS_OF_A_RULE);
  return Math.max(1, Buffer.byteLength(piece) / BYTES_OF_OTHER_SCRIPTS);
}
