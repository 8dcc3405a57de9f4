import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '@kontor/config';
import { AppError } from '@kontor/kernel';
import type { Logger } from '@kontor/observability';
import type { ChatModel } from '../chat/chat-model.js';
import { OpenAiChatModel } from '../chat/server/openai-chat-model.js';
import type { Slot } from './slot.js';

export interface ServedChatPace {
  /** Between two attempts to reach a server that does not answer; it doubles up to `checkMs`. */
  retryMs: number;
  /** Between two looks at a server that answers. */
  checkMs: number;
}

const PACE: ServedChatPace = { retryMs: 1_000, checkMs: 15_000 };

type ServedConfig = Pick<Config, 'chatServer' | 'models' | 'inference'>;

/**
 * Keeps the slot true to a server that comes and goes: its model is there while the server answers, and null, with the
 * reason as the state, while it does not, so that answers are extracts meanwhile instead of failures.
 */
export class ServedChat {
  #model: OpenAiChatModel | undefined;
  #code: string | undefined;

  constructor(
    private readonly slot: Slot<ChatModel>,
    private readonly config: ServedConfig,
    private readonly logger: Logger,
    private readonly pace: ServedChatPace = PACE,
  ) {
    slot.name = config.models.chatModel ?? null;
  }

  /** Resolves after the first attempt, whatever came of it; `follow` goes on until the signal. */
  async start(signal: AbortSignal): Promise<{ followed: Promise<void> }> {
    this.slot.state = 'loading';
    await this.#look(signal);
    return { followed: this.#follow(signal) };
  }

  async close(): Promise<void> {
    await this.#model?.close();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let waitMs = this.pace.retryMs;
    while (!signal.aborted) {
      await pause(this.slot.model === null ? waitMs : this.pace.checkMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await this.#look(signal);
      waitMs = this.slot.model === null ? Math.min(2 * waitMs, this.pace.checkMs) : this.pace.retryMs;
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    try {
      if (this.#model === undefined) this.#model = await this.#connect(signal);
      else await this.#model.check(signal);
      this.#tell(undefined, 'ready');
      this.slot.model = this.#model;
      this.slot.name = this.#model.model;
    } catch (thrown) {
      if (signal.aborted) return;
      const error = AppError.from(thrown);
      this.slot.model = null;
      this.#tell(error.code, error.message);
    }
  }

  #connect(signal: AbortSignal): Promise<OpenAiChatModel> {
    const { chatServer, models, inference } = this.config;
    const { url = '', key, parallel, thinking } = chatServer;
    return OpenAiChatModel.connect(
      {
        url,
        contextTokens: inference.contextTokens,
        parallelMax: parallel,
        thinking,
        ...(key === undefined ? {} : { key: key.reveal() }),
        ...(models.chatModel === undefined ? {} : { model: models.chatModel }),
      },
      signal,
    );
  }

  /** Each change once, not each attempt. */
  #tell(code: string | undefined, state: string): void {
    if (this.slot.state === state) return;
    this.slot.state = state;
    if (code !== undefined && code !== this.#code) this.logger.warn({ code, model: this.slot.name }, 'chat server not available');
    if (code === undefined) this.logger.info({ model: this.#model?.model, contextTokens: this.#model?.contextTokensMax, judges: this.#model?.judges, promptTokensPerSecond: Math.round(this.#model?.promptTokensPerSecond() ?? 0) }, 'chat server answers');
    this.#code = code;
  }
}
