import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tablesOf, loadTables, type CopyReport } from '../copy/copy-rows.js';
import type { CopySource } from '../copy/open-source.js';
import type { CopyTarget } from '../copy/open-target.js';
import type { Database } from '../database.js';
import { openEmbedded } from '../embedded/open-embedded.js';
import { copyTree } from '../embedded/files.js';
import * as people from '../repositories/people.js';
import { drawTenant } from './access-world.js';
import { Random } from './random.js';

let template: Promise<string> | undefined;
const made: string[] = [];

/** A new folder, which `removeFolders` takes away. */
export async function emptyFolder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'kontor-copy-'));
  made.push(directory);
  return directory;
}

/** For `afterAll`: a store takes tens of megabytes. */
export async function removeFolders(): Promise<void> {
  template = undefined;
  for (const directory of made.splice(0)) await rm(directory, { recursive: true, force: true });
}


/** The folder of an embedded store of two firms: documents, rules, people, conversations. Made once, copied for each caller. */
export async function filledStore(): Promise<string> {
  template ??= emptyFolder().then(async (directory) => {
    const store = await openEmbedded({ directory });
    await fill(store.database);
    await store.close();
    return directory;
  });
  const directory = await emptyFolder();
  await copyTree(join(await template, 'data'), join(directory, 'data'));
  return directory;
}

export async function fill(database: Database): Promise<void> {
  const random = new Random(7);
  for (let i = 0; i < 2; i += 1) {
    const world = await drawTenant(database, random);
    await database.worker(world.tenant, async (tx) => {
      const users = world.people.map(({ person, principals }) => ({ id: person, administrator: person === 'eve', groups: principals.flatMap((one) => one.split(':').slice(1)) }));
      for (const corpus of world.corpora) await people.replaceUsers(tx, corpus.id, { implicit_groups: ['everyone'], users });
    });
  }
}

/** What `kontor move` does to the rows, with the target opened for the source's own schema. */
export function moveRows(source: CopySource, open: (migrations: readonly { name: string; checksum: string }[]) => Promise<CopyTarget>): Promise<CopyReport> {
  return source.read(async (snapshot) => {
    const target = await open(snapshot.migrations);
    try {
      const report = await loadTables(target, tablesOf(snapshot), await snapshot.sample());
      await target.settle();
      await target.publish();
      return report;
    } finally {
      await target.close();
    }
  });
}
