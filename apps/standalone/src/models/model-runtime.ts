import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@kontor/config';
import type { Capability } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { createEmbedder, defaultChatModel, defaultEmbedder, defaultNames, LlamaChatModel, type ChatEntry, type ChatModel, type Embedder, type EmbedderEntry, type ModelKind, type ModelStore, type PullProgress } from '@kontor/models';
import type { Logger } from '@kontor/observability';

interface Slot<Model> {
  name: string | null;
  model: Model | null;
  state: string;
}

/** The models of this process: chosen, fetched, verified, loaded; what is not there is null and says why. */
export class ModelRuntime {
  private readonly chat: Slot<ChatModel> = { name: null, model: null, state: 'waiting' };
  private readonly embedding: Slot<Embedder> = { name: null, model: null, state: 'waiting' };

  constructor(
    private readonly store: ModelStore,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  readonly chatModel = (): ChatModel | null => this.chat.model;
  readonly embedder = (): Embedder | null => this.embedding.model;

  /** Brings the embedder up; without one everything else still works. */
  async startEmbedder(onProgress: (progress: PullProgress) => void): Promise<void> {
    await this.start('embedder', this.embedding, this.config.models.embedder, onProgress, async (folder, entry) => createEmbedder({ entry: entry as EmbedderEntry, folder, threads: this.config.ingestion.embedThreads }));
  }

  async startChat(onProgress: (progress: PullProgress) => void): Promise<void> {
    await this.start('chat', this.chat, this.config.models.chatModel, onProgress, async (folder, entry) =>
      LlamaChatModel.load({ model: entry.name, path: join(folder, entry.files[0]!.name), template: (entry as ChatEntry).template, contextTokens: this.config.inference.contextTokens }),
    );
  }

  capabilities(): Capability[] {
    const describe = (name: 'chat' | 'embedder', slot: Slot<unknown>): Capability => ({
      name,
      model: slot.name,
      ready: slot.model !== null,
      state: slot.state,
      mend: slot.model === null && slot.state !== 'loading' ? `./kontor models pull${slot.name === null ? '' : ` ${slot.name}`}` : null,
    });
    return [describe('chat', this.chat), describe('embedder', this.embedding)];
  }

  async close(): Promise<void> {
    await this.chat.model?.close();
    await this.embedding.model?.close();
  }

  private async start<Model>(kind: ModelKind, slot: Slot<Model>, wanted: string | undefined, onProgress: (progress: PullProgress) => void, load: (folder: string, entry: ChatEntry | EmbedderEntry) => Promise<Model>): Promise<void> {
    try {
      slot.name = wanted ?? (await this.choose(kind)) ?? null;
      if (slot.name === null) {
        slot.state = 'no source of models is reached';
        return;
      }
      slot.state = 'fetching';
      if (this.config.models.pull) await this.store.pull(slot.name, onProgress);
      slot.state = 'loading';
      const folder = await this.store.path(slot.name);
      slot.model = await load(folder, await this.store.entry(slot.name));
      slot.state = 'ready';
    } catch (thrown) {
      const error = AppError.from(thrown);
      slot.state = error.message;
      this.logger.warn({ code: error.code, model: slot.name }, 'model not available');
    }
  }

  /** What was chosen, else what lies on the disk, else what suits the machine and can be reached. */
  private async choose(kind: ModelKind): Promise<string | undefined> {
    const active = await this.store.active(kind);
    if (active !== undefined) return active;
    for (const name of defaultNames(kind)) {
      if ((await this.store.status(name)).state === 'present') return name;
    }
    const reachable = await this.store.reachable();
    return kind === 'embedder' ? defaultEmbedder(reachable) : defaultChatModel({ memoryFreeBytes: freemem(), cores: availableParallelism() }, reachable);
  }
}
