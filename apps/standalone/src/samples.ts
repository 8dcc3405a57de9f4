import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ImportRequest } from '@kontor/contracts';

const DIRECTORY = new URL('../../../samples/', import.meta.url);
const file = (name: string): string => fileURLToPath(new URL(name, DIRECTORY));

/** The firm whose documents the first start shows; null in an installation without them. */
export function samplesImport(): ImportRequest | null {
  if (!existsSync(file('docs'))) return null;
  const optional = (name: string): string | undefined => (existsSync(file(name)) ? file(name) : undefined);
  return { directory: file('docs'), corpus: 'samples', accessFile: optional('access.json'), usersFile: optional('users.json'), lexiconFile: optional('lexicon.json') };
}
