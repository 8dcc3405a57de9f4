/** A character has four bytes at most, so a fifth token that completes nothing is no character at all. */
const TOKENS_OF_A_CHARACTER = 4;
const INCOMPLETE = '\ufffd';

/** Turns tokens into text piece by piece, never half a character: its bytes may be spread over several tokens. */
export class TokenText<Token> {
  #open: Token[] = [];

  constructor(private readonly detokenise: (tokens: Token[]) => string) {}

  /** The text that became complete with this token; empty while a character is open. */
  add(token: Token): string {
    this.#open.push(token);
    const text = this.detokenise(this.#open);
    if (text.endsWith(INCOMPLETE) && this.#open.length < TOKENS_OF_A_CHARACTER) return '';
    this.#open = [];
    return text;
  }
}
