import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const RETRY_MS = 100;

/** What an onlooker does to see that Kontor works again: each resolves once it does, or never. */
export class Probes {
  #imports = 0;

  constructor(cluster, askers, folder) {
    Object.assign(this, { cluster, askers, folder });
  }

  /** Whether all of them went through in time. */
  async recovered(names, limitMs) {
    const deadlineMs = Date.now() + limitMs;
    const within = (work) => this.#within(deadlineMs, work);
    const all = await Promise.all([within(() => this.askers.answered()), ...names.map((name) => within(() => this[name]()))]);
    return all.every(Boolean);
  }

  /** A file of its own is taken, read and found finished. */
  async imports() {
    this.runId ??= await this.#begin();
    const { state } = await (await this.#admin(`/api/admin/imports/${this.runId}`)).json();
    if (state === 'finished' || state === 'failed') this.runId = undefined;
    return state === 'finished';
  }

  /** What happened until now is with Kafka. */
  async events() {
    this.position ??= (await this.#rows('SELECT coalesce(max(position), 0) AS position FROM outbox'))[0].position;
    const [{ n }] = await this.#rows(`SELECT count(*) AS n FROM outbox WHERE published_at IS NULL AND position <= ${this.position}`);
    if (Number(n) > 0) return false;
    this.position = undefined;
    return true;
  }

  async #begin() {
    const directory = join(this.folder, `probe-${(this.#imports += 1)}`);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'probe.md'), `# Probe\n\nThis is probe ${this.#imports}.\n`);
    const answer = await this.#admin('/api/admin/imports', { method: 'POST', body: JSON.stringify({ directory, corpus: `probe-${this.#imports % 4}` }) });
    if (answer.status !== 202) throw new Error(`the import was refused: ${answer.status}`);
    return (await answer.json()).runId;
  }

  #admin(path, init = {}) {
    return this.cluster.api(this.cluster.reach('admin-api'), path, { signal: AbortSignal.timeout(10_000), ...init });
  }

  #rows(sql) {
    return this.cluster.servers.postgres.administer(sql, 'kontor');
  }

  async #within(deadlineMs, work) {
    for (; Date.now() < deadlineMs; await pause(RETRY_MS)) if (await work().catch(() => false)) return true;
    return false;
  }
}
