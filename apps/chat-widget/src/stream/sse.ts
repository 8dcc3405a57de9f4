/** One dispatched server-sent event; `id` is the last id seen on the stream, null before the first. */
export interface SseEvent {
  id: string | null;
  data: string;
}

/**
 * Takes server-sent events apart, whatever way the network cut the text.
 * Only `id:` and `data:` count here; comments (heartbeats) and other fields are skipped.
 */
export class SseParser {
  private rest = '';
  private id: string | null = null;
  private data: string[] = [];

  push(text: string): SseEvent[] {
    // A carriage return at the end may be the first half of a line break, so it waits for the next piece.
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    const events: SseEvent[] = [];
    for (const line of lines) {
      if (line === '') this.dispatch(events);
      else this.field(line);
    }
    return events;
  }

  private dispatch(events: SseEvent[]): void {
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
