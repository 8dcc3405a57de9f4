/** Tokens as text, never half a character: a character may be spread over several tokens. */
export class TokenText<Token> {
  private readonly tokens: Token[] = [];
  private emitted = '';
  private from = 0;

  constructor(private readonly detokenise: (tokens: Token[]) => string) {}

  /** Adds a token and returns the text that is complete since the last call. */
  add(token: Token): string {
    this.tokens.push(token);
    // Only the last tokens are written out anew; the character that is still open lies in them.
    const text = this.detokenise(this.tokens.slice(this.from));
    if (text.endsWith('\ufffd')) return '';
    const fresh = text.slice(this.emitted.length);
    this.emitted = text;
    if (this.tokens.length - this.from > 32) {
      this.from = this.tokens.length - 1;
      this.emitted = this.detokenise(this.tokens.slice(this.from));
    }
    return fresh;
  }
}
