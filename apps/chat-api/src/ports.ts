import type { BlobStore } from '@kontor/blobs';
import type { Capability, Jobs } from '@kontor/contracts';
import type { Database } from '@kontor/db';
import type { EventWatch } from '@kontor/events';
import type { Embedder } from '@kontor/models';
import type { JobQueue, TokenStream } from '@kontor/queue';

/** What the chat API needs of the outside; the composition hands it in. */
export interface ChatApiPorts {
  tenant: string;
  database: Database;
  /** Where search looks, if not in `database`: a standby of it, perhaps a little behind. */
  searchDatabase?: Pick<Database, 'person'> | undefined;
  blobs: BlobStore;
  queue: Pick<JobQueue<Jobs>, 'enqueue' | 'aheadOf' | 'room' | 'state' | 'withdraw'>;
  stream: TokenStream;
  /** Null while no embedder is on the machine: search is lexical until then. */
  embedder: () => Embedder | null;
  capabilities: () => Promise<Capability[]>;
  /** Absent where nothing tells of changes: what is kept then grows old by itself. */
  events?: EventWatch | undefined;
  /** How many answers are written at the same time, by all workers together. */
  answerSlots: () => Promise<number>;
  /** Whether anyone may sign in as one of the people; never beyond loopback. */
  demo: boolean;
  sessions: { issue(person: string): string };
}

export const CHAT_API_PORTS = Symbol('ChatApiPorts');
