import { AppError } from '@kontor/kernel';
import { chatEntries } from './chat-entries.js';
import { embedderEntries } from './embedder-entries.js';
import type { CatalogueEntry, ModelKind, SourceKind } from './entry.js';

/** Every model that Kontor knows with its hash. What is outside is pinned by `ModelStore.pin`. */
export const catalogue: readonly CatalogueEntry[] = [...chatEntries, ...embedderEntries];

export interface Machine {
  memoryFreeBytes: number;
  cores: number;
}

/** The chat models that may become the default, best first. The others are chosen by name. */
const CHAT_DEFAULTS = ['qwen3-4b-instruct-2507', 'qwen3.5-2b', 'qwen3.5-0.8b', 'qwen2.5-coder-1.5b-instruct', 'qwen2.5-coder-0.5b-instruct'];
const EMBEDDER_DEFAULTS = ['multilingual-e5-small-int8', 'multilingual-e5-small-q4-int8'];

function sourcesOf(entry: CatalogueEntry): SourceKind[] {
  const kinds: SourceKind[] = [];
  if (entry.files.every((file) => file.hub !== undefined)) kinds.push('hub');
  if (entry.files.every((file) => file.mirror !== undefined)) kinds.push('mirror');
  return kinds;
}

function reachableFrom(names: readonly string[], reachable: ReadonlySet<SourceKind>): CatalogueEntry[] {
  const entries = names.map((name) => findEntry(name)).filter((entry) => entry !== undefined);
  return entries.filter((entry) => sourcesOf(entry).some((kind) => reachable.has(kind)));
}

/**
 * The chat model that suits the machine among those that the reachable sources carry; where none suits it, the
 * smallest of them. Undefined means that no source carries any.
 *
 * @example defaultChatModel({ memoryFreeBytes: os.freemem(), cores: os.availableParallelism() }, await store.reachable())
 */
export function defaultChatModel(machine: Machine, reachable: ReadonlySet<SourceKind>): string | undefined {
  const candidates = reachableFrom(CHAT_DEFAULTS, reachable);
  const suits = (entry: CatalogueEntry): boolean => entry.needs.memoryBytes <= machine.memoryFreeBytes && entry.needs.cores <= machine.cores;
  return (candidates.find(suits) ?? candidates.at(-1))?.name;
}

/** The hub's own int8 file where the hub is reached, else the one converted from the package mirror. */
export function defaultEmbedder(reachable: ReadonlySet<SourceKind>): string | undefined {
  return reachableFrom(EMBEDDER_DEFAULTS, reachable)[0]?.name;
}

/** Names that may become the default of a kind, best first: what is on the disk already is tried in this order. */
export function defaultNames(kind: ModelKind): readonly string[] {
  return kind === 'chat' ? CHAT_DEFAULTS : EMBEDDER_DEFAULTS;
}

function findEntry(name: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.name === name);
}

export function unknownModel(name: string): AppError {
  return new AppError('model.unknown', {
    status: 404,
    message: `No model is called "${name}". \`kontor models list\` shows those that there are.`,
    details: { name },
  });
}
