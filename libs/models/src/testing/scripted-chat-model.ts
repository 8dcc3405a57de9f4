import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@kontor/kernel';
import type { ChatEvent, ChatFinishReason, ChatModel, ChatRequest, ChoiceRequest } from '../chat/chat-model.js';
import { StopText } from '../chat/stop-text.js';
import { TurnQueue } from '../chat/turn-queue.js';

export interface ScriptedChatOptions {
  /** The whole answer to a request; without it the model repeats the last turn. */
  answer?: (request: ChatRequest) => string;
  model?: string;
  judges?: boolean;
  contextTokensMax?: number;
  promptTokensPerSecond?: number;
  /** The share of each choice; without it all are alike. */
  choose?: (request: ChoiceRequest) => number[];
  /** The wait before each token; it may be a fraction. */
  tokenMs?: number;
  /** The wait before the first token, beside that of each. */
  firstTokenMs?: number;
  parallelMax?: number;
  /** Cuts a text into tokens, which joined are the text again. */
  tokenise?: (text: string) => string[];
}

/** Words with the space before them: what this model counts as tokens unless it is told another way. */
function wordsOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

/** A chat model that says what the test tells it to say, token by token, with everything else as the real one does it. */
export class ScriptedChatModel implements ChatModel {
  readonly model: string;
  readonly judges: boolean;
  readonly contextTokensMax: number;
  readonly parallelMax: number;
  readonly #queue: TurnQueue;
  readonly #states = new Map<string, string[]>();
  readonly #closing = new AbortController();
  readonly #tokensOf: (text: string) => string[];

  constructor(private readonly options: ScriptedChatOptions = {}) {
    this.model = options.model ?? 'scripted';
    this.judges = options.judges ?? true;
    this.contextTokensMax = options.contextTokensMax ?? 4_096;
    this.parallelMax = options.parallelMax ?? 1;
    this.#tokensOf = options.tokenise ?? wordsOf;
    this.#queue = new TurnQueue(this.parallelMax);
  }

  countTokens(text: string): number {
    return this.#tokensOf(text).length;
  }

  promptTokensPerSecond(): number {
    return this.options.promptTokensPerSecond ?? 1_000;
  }

  async *generate(request: ChatRequest, callerSignal: AbortSignal): AsyncIterable<ChatEvent> {
    const signal = AbortSignal.any([callerSignal, this.#closing.signal]);
    const prompt = this.#prompt(request);
    this.#requireSpace(prompt.length + request.tokensMax);
    const leave = await this.#queue.enter(signal);
    try {
      yield* this.#say(request, prompt, signal);
    } finally {
      leave();
    }
  }

  async choose(request: ChoiceRequest, callerSignal: AbortSignal): Promise<number[]> {
    const signal = AbortSignal.any([callerSignal, this.#closing.signal]);
    const prompt = this.#prompt(request);
    this.#requireSpace(prompt.length + 1);
    const leave = await this.#queue.enter(signal);
    this.#remember(request.cacheKey, prompt);
    leave();
    return this.options.choose?.(request) ?? request.choices.map(() => 1 / request.choices.length);
  }

  close(): Promise<void> {
    this.#closing.abort(new AppError('chat.closed', { retry: 'later', message: 'The chat model was closed.' }));
    return Promise.resolve();
  }

  #prompt({ system, turns, prefill = '' }: Pick<ChatRequest, 'system' | 'turns' | 'prefill'>): string[] {
    return [system, ...turns.map(({ role, text }) => `${role}: ${text}`), prefill].flatMap(this.#tokensOf);
  }

  #requireSpace(tokens: number): void {
    if (tokens > this.contextTokensMax) throw new AppError('chat.prompt_too_long', { status: 413, details: { tokens, contextTokensMax: this.contextTokensMax } });
  }

  async *#say(request: ChatRequest, prompt: string[], signal: AbortSignal): AsyncGenerator<ChatEvent> {
    const startedMs = performance.now();
    const cachedTokens = this.#remember(request.cacheKey, prompt);
    const stop = new StopText(request.stop ?? []);
    const answer = this.#tokensOf(this.options.answer?.(request) ?? request.turns.at(-1)?.text ?? '');
    let reason: ChatFinishReason = 'end';
    let answerTokens = 0;
    let promptMs = 0;
    for (const token of answer) {
      const dueMs = startedMs + (this.options.firstTokenMs ?? 0) + (answerTokens + 1) * (this.options.tokenMs ?? 0);
      // Against the clock, so that late timers do not add up and a rate is kept.
      await wait(Math.max(0, dueMs - performance.now()), undefined, { signal }).catch(() => signal.throwIfAborted());
      if (answerTokens === 0) promptMs = performance.now() - startedMs;
      answerTokens += 1;
      const piece = stop.add(token);
      if (piece.text !== '') yield { type: 'text', text: piece.text };
      if (piece.stopped) reason = 'stop';
      else if (answerTokens >= request.tokensMax) reason = 'length';
      if (reason !== 'end') break;
    }
    if (stop.rest() !== '') yield { type: 'text', text: stop.rest() };
    const usage = { promptTokens: prompt.length, cachedTokens, answerTokens, promptMs, answerMs: performance.now() - startedMs - promptMs };
    yield { type: 'finish', reason, usage };
  }

  /** How many tokens the key's last prompt began with already. The last one is always read anew. */
  #remember(key: string, prompt: string[]): number {
    const before = this.#states.get(key) ?? [];
    this.#states.set(key, prompt);
    const different = prompt.findIndex((token, i) => token !== before[i]);
    return Math.max(0, Math.min(different < 0 ? prompt.length : different, prompt.length - 1));
  }
}
