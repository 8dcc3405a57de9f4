import { AppError } from '@kontor/kernel';
import type { ChatEvent, ChatModel, ChatRequest, ChoiceRequest } from '../chat-model.js';
import { SpeedMeter } from '../speed-meter.js';
import { TurnQueue } from '../turn-queue.js';
import { answerEvents } from './answer-events.js';
import { chancesOf, sharesOf } from './choice-shares.js';
import { answerBody, choiceBody, type BodySetting } from './request-body.js';
import { ServerClient, serverLimits, type ServerLimits } from './server-client.js';
import { promptTooLong } from './server-errors.js';
import { countByServer, findModel, tryModel } from './server-facts.js';
import { TokenEstimate } from './token-estimate.js';
import { Completion } from './wire.js';

export interface OpenAiChatOptions {
  /** The server's root, without `/v1`. */
  url: string;
  key?: string;
  /** As the server knows it; not needed where it has one only. */
  model?: string;
  /** What counts where the server does not tell the length of its context. */
  contextTokens: number;
  parallelMax: number;
  thinking?: boolean;
  limits?: Partial<ServerLimits>;
}

/** What the template of the model writes around a turn, and around the conversation. */
const TOKENS_AROUND_TURN = 8;
/** An estimate so far beyond the context is no near miss that were worth a question to the server. */
const BEYOND_DOUBT = 4;

interface Facts {
  model: string;
  contextTokensMax: number;
  judges: boolean;
  /** Whether the server counts tokens itself. */
  counts: boolean;
}

/**
 * A model behind an OpenAI-compatible server: vLLM, SGLang, llama-server, Ollama. The server keeps the state of common
 * beginnings by itself, so `cacheKey` is not sent.
 *
 * @example const model = await OpenAiChatModel.connect({ url: 'http://gpu1:8000', contextTokens: 4096, parallelMax: 16 }, signal);
 */
export class OpenAiChatModel implements ChatModel {
  readonly model: string;
  readonly contextTokensMax: number;
  readonly parallelMax: number;
  readonly judges: boolean;
  readonly #turns: TurnQueue;
  readonly #setting: BodySetting;
  readonly #closing = new AbortController();

  private constructor(
    private readonly options: OpenAiChatOptions,
    private readonly client: ServerClient,
    private readonly facts: Facts,
    private readonly estimate: TokenEstimate,
    private readonly speed: SpeedMeter,
  ) {
    this.model = facts.model;
    this.contextTokensMax = facts.contextTokensMax;
    this.judges = facts.judges;
    this.parallelMax = options.parallelMax;
    this.#turns = new TurnQueue(options.parallelMax);
    this.#setting = { model: facts.model, thinking: options.thinking ?? false };
  }

  /** Asks the server for its model and its abilities. @throws AppError where it does not answer, see server-errors.ts */
  static async connect(options: OpenAiChatOptions, signal: AbortSignal): Promise<OpenAiChatModel> {
    const limits = { ...serverLimits, ...options.limits };
    const client = new ServerClient(options.url, options.key, limits);
    const served = await findModel(client, options.model, signal);
    const { chances, promptTokensPerSecond } = await tryModel(client, { model: served.name, thinking: options.thinking ?? false }, limits.firstPieceMs, signal);
    const estimate = new TokenEstimate();
    const counts = await estimate.calibrate((text) => countByServer(client, text, served.name, signal)).then(
      () => true,
      // A server without this ability answers with 404 or something of its own; the estimate stands.
      () => false,
    );
    signal.throwIfAborted();
    const facts = { model: served.name, contextTokensMax: served.contextTokens ?? options.contextTokens, judges: chances, counts };
    return new OpenAiChatModel(options, client, facts, estimate, new SpeedMeter(promptTokensPerSecond));
  }

  /** Resolves where the server still answers and has the model. */
  async check(signal: AbortSignal): Promise<void> {
    await findModel(this.client, this.model, signal);
  }

  countTokens(text: string): number {
    return this.estimate.count(text);
  }

  promptTokensPerSecond(): number {
    return this.speed.perSecond();
  }

  async *generate(request: ChatRequest, callerSignal: AbortSignal): AsyncIterable<ChatEvent> {
    const signal = AbortSignal.any([callerSignal, this.#closing.signal]);
    const promptTokensEstimate = await this.#requireSpace(request, request.tokensMax, signal);
    const leave = await this.#turns.enter(signal);
    try {
      const lines = this.client.events({ path: '/v1/chat/completions', body: answerBody(request, this.#setting), signal });
      for await (const event of answerEvents(lines, { startedMs: performance.now(), promptTokensEstimate }, signal)) {
        if (event.type === 'finish') this.speed.record(event.usage.promptTokens - event.usage.cachedTokens, event.usage.promptMs);
        yield event;
        signal.throwIfAborted();
      }
    } finally {
      leave();
    }
  }

  async choose(request: ChoiceRequest, callerSignal: AbortSignal): Promise<number[]> {
    const signal = AbortSignal.any([callerSignal, this.#closing.signal]);
    await this.#requireSpace(request, 1, signal);
    const leave = await this.#turns.enter(signal);
    try {
      const startedMs = performance.now();
      const completion = await this.client.json(Completion, { path: '/v1/chat/completions', body: choiceBody(request, this.#setting), signal, limitMs: this.options.limits?.firstPieceMs ?? serverLimits.firstPieceMs });
      const chances = chancesOf(completion);
      if (chances === undefined) throw new AppError('chat.no_chances', { status: 502, message: 'The chat server does not tell how likely its words are.' });
      const { prompt_tokens: tokens, prompt_tokens_details: details } = completion.usage ?? { prompt_tokens: 0 };
      this.speed.record(tokens - (details?.cached_tokens ?? 0), performance.now() - startedMs);
      return sharesOf(chances, request.choices);
    } finally {
      leave();
    }
  }

  /** Ends what runs; the server goes on without it. */
  close(): Promise<void> {
    this.#closing.abort(new AppError('chat.closed', { retry: 'later', message: 'The chat model was closed.' }));
    return Promise.resolve();
  }

  /** Some servers cut a prompt that is too long without a word, so it is refused here, by the server's own count where it counts. */
  async #requireSpace({ system, turns, prefill = '' }: Pick<ChatRequest, 'system' | 'turns' | 'prefill'>, answerTokensMax: number, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const texts = [system, ...turns.map(({ text }) => text), prefill];
    const around = texts.length * TOKENS_AROUND_TURN;
    const promptTokens = around + texts.reduce((sum, text) => sum + this.countTokens(text), 0);
    const room = this.contextTokensMax - answerTokensMax;
    if (promptTokens <= room) return promptTokens;
    const details = { promptTokens, answerTokensMax, contextTokensMax: this.contextTokensMax };
    if (!this.facts.counts || promptTokens > room * BEYOND_DOUBT) throw promptTooLong(details);
    const counted = around + (await countByServer(this.client, texts.join('\n'), this.model, signal));
    if (counted > room) throw promptTooLong({ ...details, promptTokens: counted });
    return counted;
  }
}
