import { availableParallelism } from 'node:os';
import { getLlama, LlamaLogLevel, type Llama, type LlamaContext, type LlamaContextSequence, type LlamaModel, type Token } from 'node-llama-cpp';
import { AppError } from '@kontor/kernel';
import type { ChatTemplate } from '../catalogue/entry.js';
import { chatMl, type PromptPiece } from './chat-ml.js';
import type { ChatEvent, ChatModel, ChatRequest, ChoiceRequest } from './chat-model.js';
import { KeptStates } from './kept-states.js';
import { generateAnswer, measureSpeed, nextChances, readPrompt, weighChoices, type TokenPrompt } from './llama-generation.js';
import { SpeedMeter } from './speed-meter.js';
import { TurnQueue } from './turn-queue.js';

export interface LlamaChatOptions {
  /** Name of the catalogue entry. */
  model: string;
  /** The verified GGUF file. */
  path: string;
  template: ChatTemplate;
  /** See `ChatModel.judges`; true unless told otherwise. */
  judges?: boolean;
  contextTokens: number;
  /** Constant beginnings that are kept at the same time; each costs the memory of a context. */
  prefixesKept?: number;
  /** One for each processor unless told otherwise. */
  threads?: number;
  /** Whether a GPU may be used where its package is installed. */
  gpu?: boolean;
}

const BATCH_TOKENS = 512;

interface Parts {
  llama: Llama;
  weights: LlamaModel;
  contexts: LlamaContext[];
  sequences: LlamaContextSequence[];
}

/**
 * Qwen in this process, through llama.cpp. The native work runs beside the event loop.
 *
 * @example const model = await LlamaChatModel.load({ model: entry.name, path, template: entry.template, contextTokens: 4096 });
 */
export class LlamaChatModel implements ChatModel {
  readonly parallelMax = 1;
  readonly model: string;
  readonly judges: boolean;
  readonly contextTokensMax: number;
  readonly #queue = new TurnQueue();
  readonly #kept: KeptStates<LlamaContextSequence>;
  readonly #closing = new AbortController();

  private constructor(
    private readonly options: LlamaChatOptions,
    private readonly parts: Parts,
    private readonly speed: SpeedMeter,
  ) {
    this.model = options.model;
    this.judges = options.judges ?? true;
    this.contextTokensMax = options.contextTokens;
    this.#kept = new KeptStates(parts.sequences);
  }

  static async load(options: LlamaChatOptions): Promise<LlamaChatModel> {
    const gpu = options.gpu === true ? 'auto' : false;
    const llama = await getLlama({ gpu, build: 'never', progressLogs: false, logLevel: LlamaLogLevel.error });
    const weights = await llama.loadModel({ modelPath: options.path, gpuLayers: gpu === false ? 0 : 'auto' });
    const kept = options.prefixesKept ?? 2;
    const threads = options.threads ?? availableParallelism();
    // One context for each kept beginning: a context of two sequences writes a tenth slower, docs/measured.md.
    const contexts: LlamaContext[] = [];
    for (let i = 0; i < kept; i += 1) contexts.push(await weights.createContext({ contextSize: options.contextTokens, sequences: 1, threads, batchSize: BATCH_TOKENS }));
    const sequences = contexts.map((context) => context.getSequence());
    const speed = new SpeedMeter(await measureSpeed(weights, sequences[0]!));
    return new LlamaChatModel(options, { llama, weights, contexts, sequences }, speed);
  }

  countTokens(text: string): number {
    return this.parts.weights.tokenize(text, false).length;
  }

  promptTokensPerSecond(): number {
    return this.speed.perSecond();
  }

  async *generate(request: ChatRequest, callerSignal: AbortSignal): AsyncIterable<ChatEvent> {
    const signal = AbortSignal.any([callerSignal, this.#closing.signal]);
    const prompt = this.#tokenise(request);
    this.#requireSpace(prompt.tokens.length, request.tokensMax);
    const leave = await this.#queue.enter(signal);
    try {
      const sequence = this.#kept.take(request.cacheKey);
      const read = await readPrompt(sequence, prompt, signal);
      yield* generateAnswer({ weights: this.parts.weights, sequence, request, read, signal, speed: this.speed });
    } finally {
      leave();
    }
  }

  async choose(request: ChoiceRequest, signal: AbortSignal): Promise<number[]> {
    return weighChoices(this.parts.weights, await this.#chances(request, signal), request.choices);
  }

  /** The likeliest beginnings of the answer, a token each: what a server states as `top_logprobs`. */
  async likeliest(request: Pick<ChoiceRequest, 'system' | 'turns' | 'cacheKey'>, count: number, signal: AbortSignal): Promise<{ text: string; chance: number }[]> {
    const chances = [...(await this.#chances(request, signal))].sort(([, one], [, other]) => other - one);
    return chances.slice(0, count).map(([token, chance]) => ({ text: this.parts.weights.detokenize([token]), chance }));
  }

  /** Ends what runs, waits for it, and gives the memory back. */
  async close(): Promise<void> {
    this.#closing.abort(new AppError('chat.closed', { retry: 'later', message: 'The chat model was closed.' }));
    await this.#queue.enter(new AbortController().signal);
    for (const context of this.parts.contexts) await context.dispose();
    await this.parts.weights.dispose();
    await this.parts.llama.dispose();
  }

  async #chances(request: Pick<ChoiceRequest, 'system' | 'turns' | 'cacheKey'>, callerSignal: AbortSignal): Promise<Map<Token, number>> {
    const signal = AbortSignal.any([callerSignal, this.#closing.signal]);
    const prompt = this.#tokenise(request);
    this.#requireSpace(prompt.tokens.length, 1);
    const leave = await this.#queue.enter(signal);
    try {
      const sequence = this.#kept.take(request.cacheKey);
      const read = await readPrompt(sequence, prompt, signal);
      const chances = await nextChances(sequence, read);
      this.speed.record(read.promptTokens - read.cachedTokens, performance.now() - read.startedMs);
      return chances;
    } finally {
      leave();
    }
  }

  #tokenise(request: Pick<ChatRequest, 'system' | 'turns' | 'prefill'>): TokenPrompt {
    const tokens = (pieces: readonly PromptPiece[]) => pieces.flatMap(({ text, special }) => this.parts.weights.tokenize(text, special));
    const { constant, rest } = chatMl(request, this.options.template);
    const beginning = tokens(constant);
    return { tokens: [...beginning, ...tokens(rest)], constantTokens: beginning.length };
  }

  #requireSpace(promptTokens: number, tokensMax: number): void {
    if (promptTokens + tokensMax <= this.contextTokensMax) return;
    throw new AppError('chat.prompt_too_long', {
      status: 413,
      message: `The prompt has ${promptTokens} tokens and the answer may have ${tokensMax}; the model's context holds ${this.contextTokensMax}.`,
      details: { promptTokens, answerTokensMax: tokensMax, contextTokensMax: this.contextTokensMax },
    });
  }
}
