import { resolve } from 'node:path';
import { Command } from 'commander';
import { loadConfig, type Config } from '@kontor/config';
import { openEmbeddedTarget, openPostgresTarget, type CopyTarget } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { openModelStore } from '@kontor/models';
import { missingModels } from '../../operations/backup/model-list.js';
import type { Manifest } from '../../operations/backup/manifest.js';
import { openBackup } from '../../operations/backup/read-backup.js';
import { restoreBackup } from '../../operations/backup/restore-backup.js';
import { withSearch } from '../../operations/backup/serve-search.js';
import { startStandalone } from '../../standalone.js';
import { KontorClient } from '../client.js';
import { assertSameRecall, measureRecall } from '../evaluation/measure-recall.js';
import { printJson, printLine, StatusLine } from '../output.js';
import { blobsOf, ORIGINALS } from './backup.js';

interface Options {
  verify?: boolean;
  to?: string;
  originals?: string;
  questions?: string;
  json?: boolean;
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('Restore a backup into an empty store: all of it, or nothing.')
    .argument('<folder>', 'the folder of the backup')
    .option('--verify', 'prove too that sampled people see and find what they did')
    .option('--to <address>', "postgres://… of the owner of an empty database; otherwise KONTOR_DATA's embedded store")
    .option(...ORIGINALS)
    .option('--questions <file>', 'the questions that the backup was made with: their recall must be the same')
    .option('--json', 'print the proof as JSON')
    .action(async (folder: string, options: Options) => {
      const config = loadConfig();
      const line = new StatusLine();
      line.show('reading every file of the backup');
      const backup = await openBackup(resolve(folder));
      const prove = proofOf(config, backup.manifest, options);
      const blobs = await blobsOf(config, options.to !== undefined, options.originals);
      const target = await openTarget(config, backup.manifest.migrations, options.to);
      const report = await restoreBackup({ backup, target, blobs, verify: options.verify === true, prove, onProgress: (what) => line.show(what) }).finally(() => target.close());
      line.done();
      const models = await missingModels(openModelStore(config), backup.manifest.models);
      if (options.json) return printJson({ ...report, missingModels: models });
      const rows = Object.values(report.tables).reduce((sum, table) => sum + table.rows, 0);
      printLine(`Restored as it was at ${backup.manifest.createdAt}: ${rows} rows of ${Object.keys(report.tables).length} tables with the checksums of the backup, ${report.blobs.count} originals with their hashes.`);
      if (report.already) printLine('An earlier restore had brought every row and was broken off behind the last one; it proved what people see before that.');
      else if (options.verify) printLine(`${report.peopleCompared} people see the same documents, ${report.searchesCompared} searches find the same passages${options.questions === undefined ? '' : ', recall is the same'}.`);
      for (const name of models) printLine(`! The model ${name} is not on this machine: ./kontor models pull ${name}`);
    });
}

export function openTarget(config: Config, migrations: Manifest['migrations'], to: string | undefined): Promise<CopyTarget> {
  if (to === undefined) return openEmbeddedTarget({ directory: config.store.directory, migrations });
  return openPostgresTarget({ url: to, migrations, serviceUrl: config.services.databaseUrl?.reveal() });
}

/** Asks the questions of the restored store before it is put in its place. */
function proofOf(config: Config, { recall }: Manifest, { questions, to }: Options): ((draft: string | null) => Promise<void>) | undefined {
  if (questions === undefined) return undefined;
  if (recall === null) throw new AppError('restore.no_recall', { message: 'This backup keeps no recall to compare with: it was made without --questions.' });
  if (to !== undefined) return async () => assertSameRecall(recall, await withSearch(config, to, (client) => measureRecall(client, questions, recall.corpus)));
  return async (draft) => {
    const own = await startStandalone({ config: { ...config, store: { directory: draft! } }, port: 0, quiet: true });
    const now = await measureRecall(new KontorClient(own.address), questions, recall.corpus).finally(() => own.close());
    assertSameRecall(recall, now);
  };
}
