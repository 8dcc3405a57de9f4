/** How many ids each consumer remembers, to know an event that comes again. */
const SEEN_MAX = 10_000;

/** The events that a consumer took lately. It forgets at the end of the process; what must hold longer lies in the consumer's own tables. */
export class Seen {
  private readonly ids = new Set<string>();

  has(id: string): boolean {
    return this.ids.has(id);
  }

  add(id: string): void {
    this.ids.add(id);
    if (this.ids.size > SEEN_MAX) for (const oldest of this.ids) return void this.ids.delete(oldest);
  }
}
