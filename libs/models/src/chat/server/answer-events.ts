import type { ChatEvent, ChatFinishReason, ChatUsage } from '../chat-model.js';
import { cut, failed, unreadable } from './server-errors.js';
import { Chunk, type Usage } from './wire.js';

const END = '[DONE]';
/** How vLLM says that it gave the answer up. */
const GIVEN_UP = ['abort', 'error'];

export interface AnswerStart {
  startedMs: number;
  /** What counts where the server tells no usage. */
  promptTokensEstimate: number;
}

/** The events of a streamed answer as Kontor's own: text as it comes, then how it ended and what it cost. */
export async function* answerEvents(lines: AsyncIterable<string>, start: AnswerStart, signal: AbortSignal): AsyncGenerator<ChatEvent> {
  let firstMs: number | undefined;
  let pieces = 0;
  let reason: ChatFinishReason | undefined;
  let usage: Usage | undefined;
  for await (const line of lines) {
    if (line === END) break;
    const chunk = parse(line);
    usage = chunk.usage ?? usage;
    const [choice] = chunk.choices;
    if (choice === undefined) continue;
    const text = choice.delta?.content ?? '';
    if (text !== '') {
      signal.throwIfAborted();
      firstMs ??= performance.now();
      pieces += 1;
      yield { type: 'text', text };
    }
    reason = reasonOf(choice) ?? reason;
  }
  signal.throwIfAborted();
  if (reason === undefined) throw cut();
  yield { type: 'finish', reason, usage: usageOf(usage, pieces, start, firstMs) };
}

function parse(line: string): Chunk {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw unreadable();
  }
  const parsed = Chunk.safeParse(json);
  if (!parsed.success) throw unreadable();
  if (parsed.data.error !== undefined && parsed.data.error !== null) throw failed();
  return parsed.data;
}

function reasonOf({ finish_reason: told, stop_reason: stop, matched_stop: matched }: Chunk['choices'][number]): ChatFinishReason | undefined {
  if (told === null || told === undefined || told === '') return undefined;
  if (GIVEN_UP.includes(told)) throw cut();
  if (told === 'length') return 'length';
  // The API calls both the model's own end and a stop string `stop`; a server that does not name the string leaves it at the end.
  return typeof stop === 'string' || typeof matched === 'string' ? 'stop' : 'end';
}

function usageOf(usage: Usage | undefined, pieces: number, { startedMs, promptTokensEstimate }: AnswerStart, firstMs: number | undefined): ChatUsage {
  const endMs = performance.now();
  const promptMs = (firstMs ?? endMs) - startedMs;
  return {
    promptTokens: usage?.prompt_tokens ?? promptTokensEstimate,
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
    answerTokens: usage?.completion_tokens ?? pieces,
    promptMs,
    answerMs: endMs - startedMs - promptMs,
  };
}
