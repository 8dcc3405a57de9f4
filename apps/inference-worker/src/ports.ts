import type { Jobs } from '@kontor/contracts';
import type { Database } from '@kontor/db';
import type { ChatModel, Embedder } from '@kontor/models';
import type { Logger } from '@kontor/observability';
import type { JobQueue, TokenStream } from '@kontor/queue';

/** What the inference worker needs of the outside; the composition hands it in. */
export interface InferencePorts {
  tenant: string;
  database: Database;
  stream: TokenStream;
  queue: Pick<JobQueue<Jobs>, 'state'>;
  /** Null while there is no chat model: answers are extracts then. */
  chatModel: () => ChatModel | null;
  embedder: () => Embedder | null;
  firstWordMs: number;
  answerTokensMax: number;
  logger: Logger;
}

export const INFERENCE_PORTS = Symbol('InferencePorts');
