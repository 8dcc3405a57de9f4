import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const FILES_PER_RUN = 12;
const PAUSE_MS = 500;
/** So that each import has ended, on a machine that has time, before the next one begins. */
const BETWEEN_MS = 3_000;
const FINISH_MS_MAX = 300_000;
const USERS = ['ada', 'bo', 'cy'];

/** Imports a folder that grows, again and again, each file with a word that stands nowhere else. */
export class Importer {
  words = [];
  runs = [];
  refused = 0;
  #stopped = false;
  #running = Promise.resolve();

  constructor(cluster, folder, { filesPerRun = FILES_PER_RUN } = {}) {
    this.cluster = cluster;
    this.filesPerRun = filesPerRun;
    this.folder = join(folder, 'docs');
    this.files = { accessFile: join(folder, 'access.json'), usersFile: join(folder, 'users.json') };
  }

  get corpus() {
    return 'faults';
  }

  get users() {
    return USERS;
  }

  /** The first import, before anything is harmed. */
  async begin() {
    await mkdir(this.folder, { recursive: true });
    const { accessFile, usersFile } = this.files;
    await writeFile(usersFile, JSON.stringify({ implicit_groups: ['all'], users: USERS.map((id) => ({ id, name: id, groups: [] })) }));
    await writeFile(accessFile, JSON.stringify({ version: 1, match: 'longest_prefix', paths_relative_to: 'docs', groups: ['all'], prefixes: { '': ['all'] } }));
    await this.#grow(FILES_PER_RUN);
    await this.#import();
    await this.#finish();
  }

  start() {
    this.#running = this.#loop();
  }

  async stop() {
    this.#stopped = true;
    await this.#running;
    // What was written last may have been refused; the last import brings everything.
    await this.#import();
    await this.#finish();
  }

  async #loop() {
    while (!this.#stopped) {
      await this.#grow();
      await this.#import();
      await pause(BETWEEN_MS);
    }
  }

  async #grow(count = this.filesPerRun) {
    for (let i = 0; i < count; i += 1) {
      const word = `zwo${this.words.length.toString(36)}rk${(this.words.length * 7919).toString(36)}`;
      await writeFile(join(this.folder, `${word}.md`), `# About ${word}\n\nThe ${word} stands in hall ${this.words.length} behind the blue door.\n`);
      this.words.push(word);
    }
  }

  /** Asks until the import is taken; being refused while something is down is no fault. */
  async #import() {
    const body = JSON.stringify({ directory: this.folder, corpus: this.corpus, ...this.files });
    for (const deadlineMs = Date.now() + FINISH_MS_MAX; Date.now() < deadlineMs; ) {
      const answer = await this.cluster.api(this.cluster.reach('admin-api'), '/api/admin/imports', { method: 'POST', body }).catch(() => null);
      if (answer?.status === 202) return void this.runs.push((await answer.json()).runId);
      this.refused += 1;
      if (answer && answer.status < 500 && answer.status !== 429) throw new Error(`the import was refused: ${await answer.text()}`);
      await pause(PAUSE_MS);
    }
    throw new Error('no import was taken within five minutes');
  }

  async #finish() {
    const states = async () => {
      const answers = await Promise.all(this.runs.slice(-20).map((id) => this.cluster.api(this.cluster.reach('admin-api'), `/api/admin/imports/${id}`).then((answer) => answer.json())));
      return answers.map(({ state }) => state);
    };
    for (const deadlineMs = Date.now() + FINISH_MS_MAX; Date.now() < deadlineMs; await pause(PAUSE_MS)) {
      if ((await states().catch(() => ['unknown'])).every((state) => state === 'finished' || state === 'failed')) return;
    }
  }
}
