import { splitSentences, type Language } from '../document/index.js';

export interface AnswerSentence {
  start: number;
  end: number;
  text: string;
}

/** Takes an answer as it streams and yields each sentence once its end is certain: when the next one has begun. */
export class SentenceStream {
  private text = '';
  private given = 0;

  constructor(private readonly language: Language) {}

  /** Of the answer so far. */
  get length(): number {
    return this.text.length;
  }

  add(delta: string): AnswerSentence[] {
    this.text += delta;
    return this.take(splitSentences(this.text.slice(this.given), this.language).slice(0, -1));
  }

  /** The rest, when the answer has ended. */
  finish(): AnswerSentence[] {
    return this.take(splitSentences(this.text.slice(this.given), this.language));
  }

  private take(ranges: readonly { start: number; end: number }[]): AnswerSentence[] {
    const from = this.given;
    const sentences = ranges.map((range) => ({ start: from + range.start, end: from + range.end, text: this.text.slice(from + range.start, from + range.end) }));
    if (sentences.length > 0) this.given = sentences.at(-1)!.end;
    return sentences.filter((sentence) => /[\p{L}\p{N}]/u.test(sentence.text));
  }
}
