/** One dispatched server-sent event; `id` is the last id seen on the stream, null before the first. */
export interface ServerEvent {
  id: string | null;
  data: string;
}

/**
 * Takes server-sent events apart (HTML Living Standard, 9.2), wherever the network cut their bytes.
 * Only `id:` and `data:` count here; comments (heartbeats) and other fields are skipped.
 *
 * @example for await (const bytes of response.body) for (const event of parser.push(bytes)) show(event);
 */
export class ServerEventParser {
  // A letter of several bytes may be cut in half; the decoder keeps its first half until the next piece.
  private readonly decoder = new TextDecoder();
  private rest = '';
  private id: string | null = null;
  private data: string[] = [];

  push(bytes: Uint8Array): ServerEvent[] {
    // A carriage return at the end may be the first half of a line break, so it waits for the next piece.
    const lines = (this.rest + this.decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    const events: ServerEvent[] = [];
    for (const line of lines) {
      if (line === '') this.dispatch(events);
      else this.field(line);
    }
    return events;
  }

  private dispatch(events: ServerEvent[]): void {
    if (this.data.length > 0) events.push({ id: this.id, data: this.data.join('\n') });
    this.data = [];
  }

  private field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.data.push(value);
    else if (name === 'id') this.id = value;
  }
}
