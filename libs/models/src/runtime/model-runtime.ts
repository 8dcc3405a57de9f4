import { join } from 'node:path';
import type { Config } from '@kontor/config';
import type { Capability } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import type { Logger } from '@kontor/observability';
import type { ChatEntry, EmbedderEntry, ModelKind } from '../catalogue/entry.js';
import type { ChatModel } from '../chat/chat-model.js';
import { LlamaChatModel } from '../chat/llama-chat-model.js';
import type { Embedder } from '../embedder/embedder.js';
import { createEmbedder } from '../embedder/onnx-embedder.js';
import { RememberingEmbedder } from '../embedder/remembering-embedder.js';
import type { ModelStore } from '../store/model-store.js';
import type { OnProgress } from '../store/puller.js';
import { suitableModel } from './open-model-store.js';
import { ServedChat } from './served-chat.js';
import type { Slot } from './slot.js';
import { TracedChatModel } from './traced-chat.js';
import { TracedEmbedder } from './traced-embedder.js';

const UNDER_WAY = ['waiting', 'fetching', 'loading'];

type Load<Model> = (folder: string, entry: ChatEntry | EmbedderEntry) => Promise<Model>;

/** One wrapper a model, so that whoever asks twice gets the same. */
function wrapOnce<Model extends object>(wrap: (model: Model) => Model): (model: Model | null) => Model | null {
  const wrapped = new WeakMap<Model, Model>();
  return (model) => {
    if (!model) return null;
    const found = wrapped.get(model) ?? wrap(model);
    wrapped.set(model, found);
    return found;
  };
}

/** The models of this process: chosen, fetched, verified, loaded; what is not there is null and says why. */
export class ModelRuntime {
  private readonly chat: Slot<ChatModel> = { name: null, model: null, state: 'waiting' };
  private readonly embedding: Slot<Embedder> = { name: null, model: null, state: 'waiting' };
  private readonly closing = new AbortController();
  private readonly starting: Promise<unknown>[] = [];
  private served: ServedChat | undefined;

  constructor(
    private readonly store: ModelStore,
    private readonly config: Pick<Config, 'models' | 'chatServer' | 'inference' | 'ingestion'>,
    private readonly logger: Logger,
  ) {}

  private readonly tracedChat = wrapOnce<ChatModel>((model) => new TracedChatModel(model));
  private readonly tracedEmbedder = wrapOnce<Embedder>((model) => new TracedEmbedder(model));
  readonly chatModel = (): ChatModel | null => this.tracedChat(this.chat.model);
  readonly embedder = (): Embedder | null => this.tracedEmbedder(this.embedding.model);

  /** Brings the embedder up; without one everything else still works. */
  startEmbedder(onProgress?: OnProgress): Promise<void> {
    return this.start('embedder', this.embedding, this.config.models.embedder, onProgress, async (folder, entry) => new RememberingEmbedder(await createEmbedder({ entry: entry as EmbedderEntry, folder, threads: this.config.ingestion.embedThreads })));
  }

  /** Answers that may be written at the same time, known before the model is there: the concurrency of the inference queue. */
  get chatParallelMax(): number {
    // llama.cpp in this process has one sequence of tokens under way, see LlamaChatModel.
    return this.config.chatServer.url === undefined ? 1 : this.config.chatServer.parallel;
  }

  /** Loads the model into this process, or reaches the server that has it where KONTOR_CHAT_URL names one. */
  startChat(onProgress?: OnProgress): Promise<void> {
    if (this.config.chatServer.url !== undefined) return this.startServed();
    return this.start('chat', this.chat, this.config.models.chatModel, onProgress, async (folder, entry) => {
      const { name, files, template, judges } = entry as ChatEntry;
      return LlamaChatModel.load({ model: name, path: join(folder, files[0]!.name), template, judges: judges ?? true, contextTokens: this.config.inference.contextTokens });
    });
  }

  capabilities(): Capability[] {
    const describe = (name: 'chat' | 'embedder', slot: Slot<unknown>): Capability => ({
      name,
      model: slot.name,
      ready: slot.model !== null,
      state: slot.state,
      // What mends a server stands in its state: no command of Kontor's does.
      mend: slot.model === null && !UNDER_WAY.includes(slot.state) && (name === 'embedder' || this.config.chatServer.url === undefined) ? `./kontor models pull${slot.name === null ? '' : ` ${slot.name}`}` : null,
    });
    const chat = describe('chat', this.chat);
    return [this.chatParallelMax > 1 ? { ...chat, parallel: this.chatParallelMax } : chat, describe('embedder', this.embedding)];
  }

  /** Breaks off what is being fetched; the next start goes on from there. */
  async close(): Promise<void> {
    this.closing.abort(new AppError('model.interrupted', { message: 'Kontor was shut down.', retry: 'later' }));
    await Promise.all(this.starting);
    await this.served?.close();
    await this.chat.model?.close();
    await this.embedding.model?.close();
  }

  private async startServed(): Promise<void> {
    this.served = new ServedChat(this.chat, this.config, this.logger);
    const started = this.served.start(this.closing.signal);
    this.starting.push(started.then(({ followed }) => followed));
    await started;
  }

  private start<Model>(kind: ModelKind, slot: Slot<Model>, wanted: string | undefined, onProgress: OnProgress | undefined, load: Load<Model>): Promise<void> {
    const started = this.bring(kind, slot, wanted, onProgress, load).catch((thrown: unknown) => {
      const error = AppError.from(thrown);
      slot.state = error.message;
      if (!this.closing.signal.aborted) this.logger.warn({ code: error.code, model: slot.name }, 'model not available');
    });
    this.starting.push(started);
    return started;
  }

  private async bring<Model>(kind: ModelKind, slot: Slot<Model>, wanted: string | undefined, onProgress: OnProgress | undefined, load: Load<Model>): Promise<void> {
    const { signal } = this.closing;
    signal.throwIfAborted();
    slot.name = wanted ?? (await suitableModel(this.store, kind)) ?? null;
    if (slot.name === null) {
      slot.state = 'no source of models is reached';
      return;
    }
    slot.state = 'fetching';
    if (this.config.models.pull) await this.store.pull(slot.name, onProgress, signal);
    slot.state = 'loading';
    const folder = await this.store.path(slot.name);
    signal.throwIfAborted();
    slot.model = await load(folder, await this.store.entry(slot.name));
    slot.state = 'ready';
  }
}
