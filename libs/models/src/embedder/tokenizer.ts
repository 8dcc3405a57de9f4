import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';

/** Ids of a text with the special tokens around them, at most `tokensMax`: the end is cut, the last token stays. */
export interface TextTokenizer {
  encode(text: string, tokensMax: number): number[];
  count(text: string): number;
}

/** Reads the model's own `tokenizer.json`. */
export function loadTokenizer(folder: string): TextTokenizer {
  const read = (name: string): object => {
    try {
      return JSON.parse(readFileSync(join(folder, name), 'utf8')) as object;
    } catch (error) {
      if (name === 'tokenizer.json') throw error;
      return {};
    }
  };
  const tokenizer = new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
  return {
    encode(text, tokensMax) {
      const { ids } = tokenizer.encode(text);
      return ids.length <= tokensMax ? ids : [...ids.slice(0, tokensMax - 1), ids.at(-1)!];
    },
    count: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length,
  };
}
