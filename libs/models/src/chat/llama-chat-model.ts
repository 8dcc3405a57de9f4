import { availableParallelism } from 'node:os';
import { getLlama, type Llama, type LlamaContext, type LlamaContextSequence, type LlamaModel, type Token } from 'node-llama-cpp';
import { AppError } from '@kontor/kernel';
import { chatMl, type ChatTemplateName } from './chat-ml.js';
import type { ChatEvent, ChatFinishReason, ChatModel, ChatRequest } from './chat-model.js';
import { SequencePool } from './sequence-pool.js';
import { SpeedMeter } from './speed-meter.js';
import { StopText } from './stop-text.js';
import { TokenText } from './utf8-text.js';

export interface LlamaChatOptions {
  /** Name of the catalogue entry. */
  model: string;
  /** The verified GGUF file. */
  path: string;
  template: ChatTemplateName;
  contextTokens: number;
  /** Constant beginnings that are kept at the same time; each costs a context's memory. */
  prefixesKept?: number;
  threads?: number;
  /** Whether a GPU may be used where its package is installed. */
  gpu?: boolean;
}

const WARM_UP = 'Kontor answers questions from the documents of the house, and says so where they hold no answer. '.repeat(6);

/** Qwen in this process, through llama.cpp. The native work runs beside the event loop. */
export class LlamaChatModel implements ChatModel {
  readonly parallelMax = 1;

  private constructor(
    readonly model: string,
    readonly contextTokensMax: number,
    private readonly template: ChatTemplateName,
    private readonly llama: Llama,
    private readonly weights: LlamaModel,
    private readonly context: LlamaContext,
    private readonly sequences: SequencePool<LlamaContextSequence>,
    private readonly speed: SpeedMeter,
  ) {}

  static async load(options: LlamaChatOptions): Promise<LlamaChatModel> {
    const llama = await getLlama({ gpu: options.gpu ? 'auto' : false, build: 'never', progressLogs: false, logLevel: 'error' as never });
    const weights = await llama.loadModel({ modelPath: options.path, gpuLayers: options.gpu ? 'auto' : 0 });
    const kept = options.prefixesKept ?? 2;
    const context = await weights.createContext({ contextSize: options.contextTokens, sequences: kept, threads: options.threads ?? availableParallelism(), batchSize: 512 });
    const sequences = new SequencePool(Array.from({ length: kept }, () => context.getSequence()));
    const model = new LlamaChatModel(options.model, options.contextTokens, options.template, llama, weights, context, sequences, new SpeedMeter());
    await model.measure();
    return model;
  }

  countTokens(text: string): number {
    return this.weights.tokenize(text, false).length;
  }

  promptTokensPerSecond(): number {
    return this.speed.perSecond();
  }

  async *generate(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatEvent> {
    const prompt = chatMl(request, this.template).flatMap((piece) => this.weights.tokenize(piece.text, piece.special));
    if (prompt.length + request.tokensMax > this.contextTokensMax) {
      throw new AppError('chat.prompt_too_long', { details: { promptTokens: prompt.length, answerTokensMax: request.tokensMax, contextTokensMax: this.contextTokensMax } });
    }
    const sequence = await this.sequences.take(request.cacheKey, signal);
    try {
      yield* this.run(sequence, prompt, request, signal);
    } finally {
      this.sequences.giveBack(request.cacheKey);
    }
  }

  async close(): Promise<void> {
    await this.context.dispose();
    await this.weights.dispose();
    await this.llama.dispose();
  }

  private async *run(sequence: LlamaContextSequence, prompt: Token[], request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatEvent> {
    await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
    const cachedTokens = sequence.nextTokenIndex;
    const startedMs = performance.now();
    let firstMs = 0;
    let answerTokens = 0;
    let reason: ChatFinishReason = 'end';
    const text = new TokenText<Token>((tokens) => this.weights.detokenize(tokens));
    const stop = new StopText(request.stop ?? []);
    const seed = request.seed === undefined ? {} : { seed: request.seed };
    for await (const token of sequence.evaluate(prompt.slice(cachedTokens), { temperature: request.temperature, ...seed })) {
      signal.throwIfAborted();
      if (firstMs === 0) {
        firstMs = performance.now();
        this.speed.record(prompt.length - cachedTokens, firstMs - startedMs);
      }
      if (this.weights.isEogToken(token)) break;
      answerTokens += 1;
      const { text: shown, stopped } = stop.add(text.add(token));
      if (shown !== '') yield { type: 'text', text: shown };
      if (stopped) reason = 'stop';
      else if (answerTokens >= request.tokensMax) reason = 'length';
      if (reason !== 'end') break;
    }
    signal.throwIfAborted();
    if (reason !== 'stop' && stop.rest() !== '') yield { type: 'text', text: stop.rest() };
    const endMs = performance.now();
    const promptMs = (firstMs || endMs) - startedMs;
    yield { type: 'finish', reason, usage: { promptTokens: prompt.length, cachedTokens, answerTokens, promptMs, answerMs: endMs - startedMs - promptMs } };
  }

  /** Reads a short text, so that the first prompt's budget already follows this machine. */
  private async measure(): Promise<void> {
    const tokens = this.weights.tokenize(WARM_UP, false);
    const sequence = await this.sequences.take('warm-up', new AbortController().signal);
    // The first batch pays for the mapping of the file into memory; only the second is measured.
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, 32));
    const startedMs = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(32));
    this.speed.record(tokens.length - 32, performance.now() - startedMs);
    await sequence.clearHistory();
    this.sequences.giveBack('warm-up');
  }
}
