import { z } from 'zod';
import { AppError } from '@kontor/kernel';
import type { ChatEvent, ChatModel, ChatRequest, ChatUsage, ChoiceRequest } from '../chat/chat-model.js';

/** A first token and how likely it is. */
export interface Beginning {
  text: string;
  chance: number;
}

const Body = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  stream: z.boolean().default(false),
  stream_options: z.object({ include_usage: z.literal(true) }).optional(),
  temperature: z.number().min(0),
  max_tokens: z.number().int().positive(),
  seed: z.number().int().optional(),
  stop: z.array(z.string()).optional(),
  logprobs: z.boolean().optional(),
  top_logprobs: z.number().int().min(0).max(20).optional(),
  add_generation_prompt: z.boolean().default(true),
  continue_final_message: z.boolean().default(false),
});

/** The request as Kontor's own models take it, and whether it wants a stream and how many chances. */
export function requestOf(body: unknown, served: string): { request: ChatRequest; stream: boolean; chances: number } {
  const { model, messages, stream, temperature, max_tokens: tokensMax, seed, stop, ...more } = Body.parse(body);
  if (model !== served) throw new AppError('chat.model_unknown', { status: 404 });
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content).join('\n');
  const spoken = messages.filter((message): message is { role: 'user' | 'assistant'; content: string } => message.role !== 'system');
  const prefill = more.continue_final_message && !more.add_generation_prompt ? spoken.pop()?.content : undefined;
  const request: ChatRequest = {
    system,
    turns: spoken.map(({ role, content }) => ({ role, text: content })),
    tokensMax,
    temperature,
    // As a server with a prefix cache: what begins alike shares its state.
    cacheKey: system,
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stop }),
    ...(prefill === undefined ? {} : { prefill }),
  };
  return { request, stream, chances: more.logprobs === true ? (more.top_logprobs ?? 1) : 0 };
}

const usageOf = ({ promptTokens, cachedTokens, answerTokens }: ChatUsage): object => ({
  prompt_tokens: promptTokens,
  completion_tokens: answerTokens,
  total_tokens: promptTokens + answerTokens,
  prompt_tokens_details: { cached_tokens: cachedTokens },
});

/** The data of the server-sent events of an answer, `[DONE]` included. */
export async function* answerChunks(model: string, events: AsyncIterable<ChatEvent>, { stop, withUsage }: { stop: string[] | undefined; withUsage: boolean }): AsyncGenerator<string> {
  const chunk = (choices: object[], more: object = {}): string => JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model, choices, ...more });
  yield chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]);
  for await (const event of events) {
    if (event.type === 'text') {
      yield chunk([{ index: 0, delta: { content: event.text }, finish_reason: null }]);
      continue;
    }
    const stopped = event.reason === 'stop' ? { stop_reason: stop?.[0] ?? null } : { stop_reason: null };
    yield chunk([{ index: 0, delta: {}, finish_reason: event.reason === 'length' ? 'length' : 'stop', ...stopped }]);
    if (withUsage) yield chunk([], { usage: usageOf(event.usage) });
  }
  yield '[DONE]';
}

/** An answer as a whole, with the chances of its first token where they are known. */
export async function completion(model: ChatModel, request: ChatRequest & Pick<ChoiceRequest, 'cacheKey'>, beginnings: Beginning[] | undefined, signal: AbortSignal): Promise<object> {
  let content = '';
  let usage: object = {};
  for await (const event of model.generate(request, signal)) {
    if (event.type === 'text') content += event.text;
    else usage = usageOf(event.usage);
  }
  const chances = beginnings?.map(({ text, chance }) => ({ token: text, logprob: Math.log(chance) }));
  const logprobs = chances === undefined ? null : { content: [{ ...chances[0], top_logprobs: chances }] };
  return { id: 'chatcmpl-1', object: 'chat.completion', created: 0, model: model.model, choices: [{ index: 0, message: { role: 'assistant', content }, logprobs, finish_reason: 'length' }], usage };
}
