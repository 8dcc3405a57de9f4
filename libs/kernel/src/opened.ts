interface Closable {
  close(): Promise<unknown>;
}

/**
 * What a program has opened, to be closed in the opposite order. Whatever fails on the way, the rest is closed too.
 *
 * @example const opened = new Opened(); const store = opened.add(await openStore()); … await opened.close();
 */
export class Opened {
  private readonly parts: Closable[] = [];

  add<Part extends Closable>(part: Part): Part {
    this.parts.push(part);
    return part;
  }

  /** @throws the first failure, when everything else is closed */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const part of this.parts.splice(0).reverse()) {
      try {
        await part.close();
      } catch (thrown) {
        failures.push(thrown);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
