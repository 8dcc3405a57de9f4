import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { ChatEvent, ChatFinishReason, ChatRequest, ChoiceRequest } from './chat-model.js';
import type { SpeedMeter } from './speed-meter.js';
import { StopText } from './stop-text.js';
import { TokenText } from './token-text.js';

export interface TokenPrompt {
  tokens: Token[];
  /** How many of them, from the first on, every request with the same key begins with. */
  constantTokens: number;
}

/** A prompt that is read but for its last token, whose evaluation gives the first token of the answer. */
export interface ReadPrompt {
  last: Token;
  promptTokens: number;
  cachedTokens: number;
  startedMs: number;
}

/** Tokens between two looks at the signal: enough to read at full speed, few enough to stop within a moment. */
const PIECE_TOKENS = 128;

/** Brings the sequence to the prompt's state, reading only what it does not hold already. */
export async function readPrompt(sequence: LlamaContextSequence, { tokens, constantTokens }: TokenPrompt, signal: AbortSignal): Promise<ReadPrompt> {
  const startedMs = performance.now();
  const body = tokens.slice(0, -1);
  await sequence.adaptStateToTokens(body, false);
  const cachedTokens = sequence.nextTokenIndex;
  for (let at = cachedTokens; at < body.length; ) {
    signal.throwIfAborted();
    const boundary = at < constantTokens ? constantTokens : body.length;
    const end = Math.min(at + PIECE_TOKENS, boundary);
    await sequence.evaluateWithoutGeneratingNewTokens(body.slice(at, end));
    at = end;
    // Models that cannot forget single tokens return here for the next request; others ignore it.
    if (at === constantTokens) await sequence.takeCheckpoint();
  }
  return { last: tokens.at(-1)!, promptTokens: tokens.length, cachedTokens, startedMs };
}

export interface Generation {
  weights: LlamaModel;
  sequence: LlamaContextSequence;
  request: ChatRequest;
  read: ReadPrompt;
  signal: AbortSignal;
  speed: SpeedMeter;
}

/** The answer's text as it comes, then how it ended and what it cost. */
export async function* generateAnswer({ weights, sequence, request, read, signal, speed }: Generation): AsyncGenerator<ChatEvent> {
  const text = new TokenText<Token>((tokens) => weights.detokenize(tokens));
  const stop = new StopText(request.stop ?? []);
  const sampling = { temperature: request.temperature, ...(request.seed === undefined ? {} : { seed: request.seed }) };
  let answerTokens = 0;
  let firstMs: number | undefined;
  let reason: ChatFinishReason = 'end';
  for await (const token of sequence.evaluate([read.last], sampling)) {
    signal.throwIfAborted();
    firstMs ??= performance.now();
    answerTokens += 1;
    const piece = stop.add(text.add(token));
    if (piece.text !== '') yield { type: 'text', text: piece.text };
    if (piece.stopped) reason = 'stop';
    else if (answerTokens >= request.tokensMax) reason = 'length';
    if (reason !== 'end') break;
  }
  signal.throwIfAborted();
  if (stop.rest() !== '') yield { type: 'text', text: stop.rest() };
  const endMs = performance.now();
  const promptMs = (firstMs ?? endMs) - read.startedMs;
  const { promptTokens, cachedTokens } = read;
  speed.record(promptTokens - cachedTokens, promptMs);
  yield { type: 'finish', reason, usage: { promptTokens, cachedTokens, answerTokens, promptMs, answerMs: endMs - read.startedMs - promptMs } };
}

/** How likely each token is as the next one of the prompt. */
export async function nextChances(sequence: LlamaContextSequence, read: ReadPrompt): Promise<Map<Token, number>> {
  const next = sequence.evaluateWithMetadata([read.last], { probabilities: true }, { temperature: 0 });
  const first = await next.next();
  await next.return();
  return first.done === true ? new Map<Token, number>() : first.value.probabilities;
}

/** The probability of each choice's first token, in any of its spellings. */
export function weighChoices(weights: LlamaModel, chances: ReadonlyMap<Token, number>, choices: ChoiceRequest['choices']): number[] {
  return choices.map((spellings) => {
    const tokens = new Set(spellings.flatMap((spelling) => weights.tokenize(spelling, false).slice(0, 1)));
    return [...tokens].reduce((sum, token) => sum + (chances.get(token) ?? 0), 0);
  });
}

const WARM_UP = 'Kontor answers questions from the documents of the house, and says so where they hold no answer. '.repeat(6);
const FIRST_TOKENS = 16;
const MEASURED_TOKENS = 64;

/** Prompt tokens a second on a short text, so that the first prompt's budget already follows this machine. */
export async function measureSpeed(weights: LlamaModel, sequence: LlamaContextSequence): Promise<number> {
  const tokens = weights.tokenize(WARM_UP, false).slice(0, FIRST_TOKENS + MEASURED_TOKENS);
  // The first tokens pay for bringing the weights into memory.
  await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, FIRST_TOKENS));
  const startedMs = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(FIRST_TOKENS));
  const perSecond = ((tokens.length - FIRST_TOKENS) * 1_000) / (performance.now() - startedMs);
  await sequence.clearHistory();
  return perSecond;
}
