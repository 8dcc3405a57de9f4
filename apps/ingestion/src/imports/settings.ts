import { access, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AccessFile, LexiconFile, UsersFile, type ImportRequest } from '@kontor/contracts';
import { readJson } from './read-json.js';

const GONE = new Set(['ENOENT', 'ENOTDIR']);

/** What an import says beside the documents. */
export interface Settings {
  access: AccessFile | null;
  users: UsersFile | null;
  lexicon: LexiconFile | null;
  /** Where the lexicon was found, if nobody named it. */
  lexiconFoundAt: string | null;
  notices: string[];
}

/** `foundBefore`: where an earlier import found the terms that the corpus has. They go when that file goes. */
export async function readSettings(request: ImportRequest, foundBefore: string | null): Promise<Settings> {
  const found = request.lexiconFile === undefined ? await findLexicon(request) : undefined;
  const lexiconFile = request.lexiconFile ?? found;
  const removed = lexiconFile === undefined && foundBefore !== null && (await wasRemoved(foundBefore));
  return {
    access: request.accessFile === undefined ? null : await readJson(request.accessFile, AccessFile),
    users: request.usersFile === undefined ? null : await readJson(request.usersFile, UsersFile),
    lexicon: lexiconFile === undefined ? (removed ? [] : null) : await readJson(lexiconFile, LexiconFile),
    lexiconFoundAt: found ?? null,
    notices: [...(found === undefined ? [] : [`The firm's terms were taken from ${found}.`]), ...(removed ? [`The firm's terms were removed, because ${foundBefore} is gone.`] : [])],
  };
}

/** A lexicon that nobody named counts where it lies beside the access file or in the folder itself. */
async function findLexicon({ accessFile, directory }: ImportRequest): Promise<string | undefined> {
  const folders = [...(accessFile === undefined ? [] : [dirname(accessFile)]), directory];
  for (const path of folders.map((folder) => join(folder, 'lexicon.json'))) {
    if (await access(path).then(() => true, () => false)) return path;
  }
  return undefined;
}

/** Whether a file was taken out of a folder that is still there; a folder that is not, or not to be looked into, tells nothing. */
async function wasRemoved(path: string): Promise<boolean> {
  const stateOf = (place: string): Promise<string> => stat(place).then(() => 'there', (error: NodeJS.ErrnoException) => (GONE.has(error.code ?? '') ? 'gone' : 'unknown'));
  return (await stateOf(path)) === 'gone' && (await stateOf(dirname(path))) === 'there';
}
