import { AppError, newId } from '@kontor/kernel';
import { chancesOf } from './choice-shares.js';
import { choiceBody, tokenizeBody, type BodySetting } from './request-body.js';
import type { ServerClient } from './server-client.js';
import { modelUnknown } from './server-errors.js';
import { Completion, ModelList, Tokens } from './wire.js';

const MODELS_NAMED_MAX = 20;
const WARM_UP = 'Kontor answers questions from the documents of the house, and says so where they hold no answer. '.repeat(4);

export interface ServedModel {
  name: string;
  /** Undefined where the server does not say. */
  contextTokens: number | undefined;
}

/** The model that was named, or the only one that the server has. */
export async function findModel(client: ServerClient, wanted: string | undefined, signal: AbortSignal): Promise<ServedModel> {
  const { data } = await client.json(ModelList, { path: '/v1/models', signal });
  const found = wanted === undefined ? (data.length === 1 ? data[0] : undefined) : data.find(({ id }) => id === wanted);
  if (found === undefined) throw modelUnknown(wanted, data.map(({ id }) => id).slice(0, MODELS_NAMED_MAX));
  return { name: found.id, contextTokens: found.max_model_len ?? undefined };
}

/** Tokens as the server counts them. */
export async function countByServer(client: ServerClient, text: string, model: string, signal: AbortSignal): Promise<number> {
  const told = await client.json(Tokens, { path: '/tokenize', body: tokenizeBody(text, model), signal });
  return 'count' in told ? told.count : told.tokens.length;
}

export interface Trial {
  /** Whether it tells how likely each token was. */
  chances: boolean;
  promptTokensPerSecond: number;
}

/** One token of an answer: shows that the model runs and how fast it reads, before the first person waits for it. */
export async function tryModel(client: ServerClient, setting: BodySetting, limitMs: number, signal: AbortSignal): Promise<Trial> {
  const ask = async (withChances: boolean): Promise<Trial> => {
    // No two trials begin alike, so that none is read from the server's cache.
    const request = { system: `${newId()} ${WARM_UP}`, turns: [{ role: 'user' as const, text: 'Yes or no?' }] };
    const startedMs = performance.now();
    const completion = await client.json(Completion, { path: '/v1/chat/completions', body: choiceBody(request, setting, withChances), signal, limitMs });
    const tokens = completion.usage?.prompt_tokens ?? Math.ceil(WARM_UP.length / 5);
    return { chances: withChances && chancesOf(completion) !== undefined, promptTokensPerSecond: (tokens * 1_000) / (performance.now() - startedMs) };
  };
  return ask(true).catch((thrown: unknown) => {
    // Some servers refuse a request for chances outright.
    if (thrown instanceof AppError && thrown.code === 'chat.request_refused') return ask(false);
    throw thrown;
  });
}
