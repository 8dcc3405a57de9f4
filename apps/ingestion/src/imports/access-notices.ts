import { corpora, people, type Corpus, type WorkerTx } from '@kontor/db';
import type { Settings } from './settings.js';

/** What whoever brings documents has to know of who will read them. */
export async function accessNotices(tx: WorkerTx, corpus: Corpus): Promise<string[]> {
  const now = await corpora.getCorpus(tx, corpus.id);
  if (now?.accessState !== 'ruled') return [`No access rules: only administrators see the corpus "${corpus.name}". Import it with --access and --users to open it.`];
  if (await people.hasReaders(tx, corpus.id)) return [];
  return [`Nobody is in a group that the access rules of the corpus "${corpus.name}" name, so nobody reads it, administrators included. Import it again with --users and a file that says who is in which group.`];
}

/** What the one of the two files that was given does without the other; `corpus` as it was before this import. */
export function halfNotices(corpus: Corpus, { access, users }: Pick<Settings, 'access' | 'users'>, hasReaders: boolean): string[] {
  if (access && !users && hasReaders) return ['The access rules were replaced; who is in which group stays as an earlier import said. Give --users as well where that has changed.'];
  if (!users || access) return [];
  return corpus.accessState === 'ruled'
    ? ['The people and their groups were replaced; the access rules stay as an earlier import said. Give --access as well where those have changed.']
    : ['The people and their groups were taken, but without access rules a group opens nothing. Import the folder again with --access and a file that says which groups may read what.'];
}
