export interface ChatTurn {
  role: 'user' | 'assistant';
  text: string;
}

export interface ChatRequest {
  system: string;
  turns: ChatTurn[];
  /** Longest answer in tokens; reaching it finishes with the reason `length`. */
  tokensMax: number;
  /** 0 takes the likeliest token each time, so the same request gives the same answer. */
  temperature: number;
  seed?: number;
  /** Requests with the same key share the state of their common beginning, so only what differs is read again. */
  cacheKey: string;
  /** The answer ends before the first of these; it is not part of the text. */
  stop?: string[];
  /** The assistant's first words. The model continues them; they are not repeated in the events. */
  prefill?: string;
}

/** A question whose answer begins with one of a few words, such as yes or no. */
export interface ChoiceRequest extends Pick<ChatRequest, 'system' | 'turns' | 'cacheKey'> {
  /** The ways to write the first word of each choice: `[['Yes', 'yes'], ['No', 'no']]`. */
  choices: readonly (readonly string[])[];
}

export interface ChatUsage {
  promptTokens: number;
  /** Prompt tokens that were taken from the kept state and cost nothing. */
  cachedTokens: number;
  answerTokens: number;
  promptMs: number;
  answerMs: number;
}

export type ChatFinishReason = 'end' | 'length' | 'stop';

export type ChatEvent =
  | { type: 'text'; text: string }
  | { type: 'finish'; reason: ChatFinishReason; usage: ChatUsage };

/**
 * A model that continues a conversation. Adapters: node-llama-cpp in this process, an OpenAI-compatible server, and a
 * scripted one for tests.
 *
 * @example for await (const event of model.generate(request, signal)) if (event.type === 'text') write(event.text);
 */
export interface ChatModel {
  /** Name of the catalogue entry, or the server's name of its model. */
  readonly model: string;
  /** Prompt and answer together fit in this many tokens; a longer prompt is refused with `chat.prompt_too_long`. */
  readonly contextTokensMax: number;
  /** Requests that run at the same time; more wait inside `generate`. The queue in front gives out as many jobs at a time. */
  readonly parallelMax: number;
  /** Whether what `choose` says of a text tells anything; the smallest models lean one way whatever they read. */
  readonly judges: boolean;
  /** Exact where the tokenizer is in this process; with a server an estimate that rather counts too many, see TokenEstimate. */
  countTokens(text: string): number;
  /** Measured at load and from each request, so that a prompt's budget follows the machine. */
  promptTokensPerSecond(): number;
  /**
   * Text deltas, then one `finish`. Aborting ends the iteration with the signal's reason within one token.
   * A consumer that stops iterating ends the generation too.
   */
  generate(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatEvent>;
  /**
   * How likely the model's answer is to begin with each choice, 0 to 1 in their order; nothing is written. Costs the prompt
   * alone, and what a following `generate` of the same key begins with in common is not read again.
   */
  choose(request: ChoiceRequest, signal: AbortSignal): Promise<number[]>;
  close(): Promise<void>;
}
