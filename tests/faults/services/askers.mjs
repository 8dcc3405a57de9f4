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

  constructor(cluster, importer, people, { searches = false } = {}) {
    Object.assign(this, { cluster, importer, people, searches });
  }

  start() {
    this.#running = Array.from({ length: this.people }, (_, index) => this.#loop(this.importer.users[index % this.importer.users.length], index));
  }

  async stop() {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  /** Asks until an answer comes with the document that holds it. */
  async probe(limitMs) {
    for (const deadlineMs = Date.now() + limitMs; Date.now() < deadlineMs; await pause(RETRY_MS)) {
      const one = await this.#ask(this.importer.users[0], 0);
      if (one?.status === 'answered') return true;
    }
    return false;
  }

  async #loop(person, index) {
    while (!this.#stopped) {
      if (!(await this.#ask(person, index))) await pause(RETRY_MS);
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
      const response = await api(`/api/conversations/${id}/messages`, { method: 'POST', body: JSON.stringify({ question: `In which hall stands the ${word}?` }), signal: AbortSignal.timeout(ANSWER_MS_MAX) });
      if (!response.ok) throw new Error(`question: ${response.status}`);
      return await this.#follow({ person, conversation: id, word, parts: [], ids: [] }, response, index);
    } catch (thrown) {
      this.refused += 1;
      this.refusals.push(thrown.cause?.code ?? thrown.message);
      return null;
    }
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
      if (ended || Date.now() > deadlineMs) return one;
      this.resumed += 1;
      await pause(RETRY_MS);
      if (one.answerId === undefined) return null;
      const headers = { 'last-event-id': String(one.ids.at(-1) ?? 0) };
      response = await this.cluster.api(this.cluster.reach('chat-api', at + 1), `/api/answers/${one.answerId}/stream`, { headers, signal: AbortSignal.timeout(ANSWER_MS_MAX) }, one.person).catch(() => null);
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
