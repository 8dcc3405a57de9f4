import { z } from 'zod';

const count = z.number().int().nonnegative();

const Usage = z.object({
  prompt_tokens: count,
  completion_tokens: count.optional(),
  /** vLLM tells it with `--enable-prompt-tokens-details` only. */
  prompt_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
});
export type Usage = z.infer<typeof Usage>;

/** What a server says instead of an answer; its text may repeat the prompt and is never passed on. */
const Failure = z.object({ message: z.string().optional(), type: z.string().nullish(), code: z.union([z.string(), z.number()]).nullish() });

/** The body of an error: `error` with the OpenAI API, the fields themselves with older servers. */
export const FailureBody = z.union([z.object({ error: z.union([Failure, z.string()]) }), Failure]);

/** One event of a streamed answer. */
export const Chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
        /** vLLM and SGLang name the stop string that was met. */
        stop_reason: z.union([z.string(), z.number()]).nullish(),
        matched_stop: z.union([z.string(), z.number(), z.array(z.number())]).nullish(),
      }),
    )
    .default([]),
  usage: Usage.nullish(),
  error: z.unknown().optional(),
});
export type Chunk = z.infer<typeof Chunk>;

const TokenChance = z.object({ token: z.string(), logprob: z.number() });

/** A whole answer, of which only the chances of its first token count. */
export const Completion = z.object({
  choices: z.array(z.object({ logprobs: z.object({ content: z.array(TokenChance.extend({ top_logprobs: z.array(TokenChance).nullish() })).nullish() }).nullish() })).min(1),
  usage: Usage.nullish(),
});
export type Completion = z.infer<typeof Completion>;

export const ModelList = z.object({ data: z.array(z.object({ id: z.string(), max_model_len: z.number().int().positive().nullish() })) });

/** vLLM and SGLang count, llama-server lists. */
export const Tokens = z.union([z.object({ count }), z.object({ tokens: z.array(z.unknown()) })]);
