import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AccessFile, LexiconFile, UsersFile, type ImportRequest } from '@kontor/contracts';
import { readJson } from './read-json.js';

/** What an import says beside the documents. */
export interface Settings {
  access: AccessFile | null;
  users: UsersFile | null;
  lexicon: LexiconFile | null;
  notices: string[];
}

export async function readSettings(request: ImportRequest): Promise<Settings> {
  const found = request.lexiconFile === undefined ? await findLexicon(request) : undefined;
  const lexiconFile = request.lexiconFile ?? found;
  return {
    access: request.accessFile === undefined ? null : await readJson(request.accessFile, AccessFile),
    users: request.usersFile === undefined ? null : await readJson(request.usersFile, UsersFile),
    lexicon: lexiconFile === undefined ? null : await readJson(lexiconFile, LexiconFile),
    notices: found === undefined ? [] : [`The firm's terms were taken from ${found}.`],
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
