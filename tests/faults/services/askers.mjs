import { setTimeout as pause } from 'node:timers/promises';
import { eventsOf } from '../../cluster/events.mjs';

const RETRY_MS = 300;
const ANSWER_MS_MAX = 240_000;
/** The parts with which a stream ends. */
export const LAST = ['finish', 'abort', 'error'];

/** People who ask without a pause, read their answers to the end, and come back where the connection drops. */
export class Askers {
  /** Every question that was taken: the answer's id, whom it is for, and what was read of it. */
  asked = [];
  refused = 0;
  /** Why questions were refused, and how often a stream was read on elsewhere. */
  refusals = [];
  resumed = 0;
  #stopped = false;
  #running = [];

  constructor(cluster, importer, people, { searches = false, thinkMs = 0 } = {}) {
    Object.assign(this, { cluster, importer, people, searches, thinkMs });
  }

  start() {
    this.#running = Array.from({ length: this.people }, (_, index) => this.#loop(this.importer.users[index % this.importer.users.length], index));
  }

  async stop() {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  /** Whether a question is answered now, from the document that holds it. */
  async answered() {
    return (await this.#ask(this.importer.users[0], 0))?.status === 'answered';
  }

  /** Asks the same question in the same conversation once more. */
  async again({ person, conversation, word }) {
    return this.#question(person, 0, conversation, word).catch(() => null);
  }

  /** How long the slowest answer took that was asked for in a span of time. */
  slowestMs(fromMs, toMs) {
    return Math.round(Math.max(0, ...this.asked.filter(({ askedMs }) => askedMs >= fromMs && askedMs < toMs).map(({ askedMs, endedMs }) => endedMs - askedMs)));
  }

  async #loop(person, index) {
    while (!this.#stopped) {
      await pause((await this.#ask(person, index)) ? this.thinkMs : RETRY_MS);
    }
  }

  async #ask(person, index) {
    const api = (path, init) => this.cluster.api(this.cluster.reach('chat-api', index), path, { signal: AbortSignal.timeout(30_000), ...init }, person);
    const word = this.importer.words[Math.floor(Math.random() * 12)];
    try {
      if (this.searches) await this.#search(api, word);
      const made = await api('/api/conversations', { method: 'POST', body: JSON.stringify({ corpus: this.importer.corpus }) });
      if (made.status !== 201 && made.status !== 200) throw new Error(`conversation: ${made.status}`);
      const { id } = await made.json();
      return await this.#question(person, index, id, word);
    } catch (thrown) {
      this.refused += 1;
      this.refusals.push(thrown.cause?.code ?? thrown.message);
      return null;
    }
  }

  async #question(person, index, conversation, word) {
    const askedMs = performance.now();
    const body = JSON.stringify({ question: `In which hall stands the ${word}?` });
    const response = await this.cluster.api(this.cluster.reach('chat-api', index), `/api/conversations/${conversation}/messages`, { method: 'POST', body, signal: AbortSignal.timeout(ANSWER_MS_MAX) }, person);
    if (!response.ok) throw new Error(`question: ${response.status}`);
    return this.#follow({ person, conversation, word, askedMs, parts: [], ids: [] }, response, index);
  }

  async #search(api, word) {
    const found = await api('/api/search', { method: 'POST', body: JSON.stringify({ question: `In which hall stands the ${word}?`, corpus: this.importer.corpus }) });
    if (!found.ok) throw new Error(`search: ${found.status} ${await found.text()}`);
    if ((await found.json()).hits.length === 0) throw new Error('search: nothing found');
  }

  async #follow(one, response, index) {
    const deadlineMs = Date.now() + ANSWER_MS_MAX;
    for (let at = index; ; at += 1) {
      const ended = await this.#read(one, response).catch(() => false);
      one.endedMs = performance.now();
      if (ended || Date.now() > deadlineMs) {
        if (ended) await this.#judge(one, at);
        return one;
      }
      this.resumed += 1;
      await pause(RETRY_MS);
      if (one.answerId === undefined) return null;
      const headers = { 'last-event-id': String(one.ids.at(-1) ?? 0) };
      response = await this.cluster.api(this.cluster.reach('chat-api', at + 1), `/api/answers/${one.answerId}/stream`, { headers, signal: AbortSignal.timeout(ANSWER_MS_MAX) }, one.person).catch(() => null);
    }
  }

  /** Says of every other answer what it was worth, of some of them twice. */
  async #judge(one, index) {
    const verdicts = [[], ['helpful'], [], ['helpful', 'unhelpful']][this.asked.length % 4];
    for (const verdict of verdicts) {
      const given = await this.cluster.api(this.cluster.reach('chat-api', index), `/api/answers/${one.answerId}/feedback`, { method: 'PUT', body: JSON.stringify({ verdict }), signal: AbortSignal.timeout(30_000) }, one.person).catch(() => null);
      // Where nobody answered it may have been kept all the same.
      one.verdict = given?.status === 204 ? verdict : 'unknown';
    }
  }

  /** @returns whether the answer came to its end */
  async #read(one, response) {
    if (!response?.ok) return false;
    for await (const { id, part } of eventsOf(response)) {
      if (part.type === 'start' && one.answerId === undefined) {
        one.answerId = part.messageId;
        this.asked.push(one);
      }
      one.ids.push(id);
      one.parts.push(part.type);
      if (part.type === 'data-verification') one.status = part.data.status;
      if (LAST.includes(part.type)) return true;
    }
    return false;
  }
}
