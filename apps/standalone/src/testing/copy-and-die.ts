import { resolve } from 'node:path';
import { loadConfig } from '@kontor/config';
import { openEmbeddedSource, openPostgresSource } from '@kontor/db';
import { blobsOf } from '../cli/commands/backup.js';
import { openTarget } from '../cli/commands/restore.js';
import { moveStore } from '../operations/backup/move-store.js';
import { openBackup } from '../operations/backup/read-backup.js';
import { restoreBackup } from '../operations/backup/restore-backup.js';
import { writeBackup } from '../operations/backup/write-backup.js';

/**
 * Does what `kontor backup`, `restore` or `move` does, and is killed at the moment at which it tells of a step; without a
 * step it does it to the end.
 *   node copy-and-die.js backup|restore|move FROM TO [STEP]
 */
const [kind, from, to, step] = process.argv.slice(2) as [string, string, string, string | undefined];
const config = loadConfig();
const isServer = (place: string): boolean => place.startsWith('postgres://');
const onProgress = (what: string): void => {
  if (what === step) process.kill(process.pid, 'SIGKILL');
};
const blobsAt = (place: string) => blobsOf(isServer(place) ? config : { ...config, store: { ...config.store, directory: place } }, isServer(place));

if (kind === 'backup') {
  const source = openPostgresSource({ url: from });
  await writeBackup({ target: to, source, blobs: await blobsAt(from), models: [], configuration: {}, recall: null, onProgress });
  await source.close();
} else if (kind === 'restore') {
  const backup = await openBackup(resolve(from));
  const target = await openTarget(config, backup.manifest.migrations, to);
  await restoreBackup({ backup, target, blobs: await blobsOf(config, false), verify: true, onProgress });
  await target.close();
} else {
  const source = isServer(from) ? openPostgresSource({ url: from, still: true }) : await openEmbeddedSource(from);
  const openTo = (migrations: Parameters<typeof openTarget>[1]) => (isServer(to) ? openTarget(config, migrations, to) : openTarget({ ...config, store: { ...config.store, directory: to } }, migrations, undefined));
  await moveStore({ source, openTarget: (migrations) => openTo([...migrations]), from: await blobsAt(from), to: await blobsAt(to), onProgress });
  await source.close();
}
// What the clients of servers keep open must not keep this process.
process.exit(0);
