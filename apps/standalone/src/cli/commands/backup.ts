import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { openBlobStore, DirectoryBlobStore, type BlobStore } from '@kontor/blobs';
import { describeConfiguration, loadConfig, type Config } from '@kontor/config';
import { StoreCopied } from '@kontor/contracts';
import { openEmbeddedSource, openPostgresSource, type CopySource } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { openModelStore } from '@kontor/models';
import { modelList } from '../../operations/backup/model-list.js';
import { openRunningSource } from '../../operations/backup/running-copy.js';
import { withSearch } from '../../operations/backup/serve-search.js';
import { writeBackup } from '../../operations/backup/write-backup.js';
import { KontorClient } from '../client.js';
import { findRunning, withKontor } from '../connect.js';
import { measureRecall, type Recall } from '../evaluation/measure-recall.js';
import { printJson, printLine, StatusLine } from '../output.js';

interface Options {
  from?: string;
  originals?: string;
  questions?: string;
  corpus?: string;
  json?: boolean;
}

export function backupCommand(): Command {
  return new Command('backup')
    .description('Write everything that Kontor keeps into a new folder, while it runs.')
    .argument('<folder>', 'a folder that does not exist yet')
    .option('--from <address>', "postgres://… of the owner of a server's database; otherwise the embedded store of KONTOR_DATA")
    .option(...ORIGINALS)
    .option('--questions <file>', 'questions.jsonl whose recall the backup keeps, to be compared when it is restored')
    .option('--corpus <name>', 'the corpus of the questions')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, options: Options) => {
      const config = loadConfig();
      const target = resolve(folder);
      const recall = await recallOf(config, options);
      const line = new StatusLine();
      const blobs = await blobsOf(config, options.from !== undefined, options.originals);
      const source = await openSource(config, options.from);
      const models = await modelList(openModelStore(config));
      const written = await writeBackup({ target, source, blobs, models, configuration: describeConfiguration(config), recall, onProgress: (what) => line.show(what) }).finally(() => source.close());
      line.done();
      const rows = written.tables.reduce((sum, table) => sum + table.rows, 0);
      if (options.json) printJson({ folder: target, rows, tables: written.tables, blobs: written.blobs, recall });
      else printLine(`${target}: ${rows} rows of ${written.tables.length} tables, ${written.blobs.count} originals. To prove it: KONTOR_DATA=<a new folder> ./kontor restore ${target} --verify`);
      if (written.blobs.absent + written.blobs.damaged === 0) return;
      if (!options.json) printLine(`! ${written.blobs.absent} originals are missing and ${written.blobs.damaged} damaged in the store itself; their documents are found, and cannot be opened. Import them again.`);
      process.exitCode = 3;
    });
}

export async function openSource(config: Config, from: string | undefined): Promise<CopySource> {
  if (from !== undefined) return openPostgresSource({ url: from });
  const { directory } = config.store;
  const running = await findRunning(directory);
  if (!running) return openEmbeddedSource(directory);
  return openRunningSource(directory, () => new KontorClient(running).post('/api/admin/store-copies', undefined, StoreCopied));
}

/** Services keep originals in their bucket, where one is named; the embedded shape always beside its store. */
export async function blobsOf(config: Config, services: boolean, originals?: string): Promise<BlobStore> {
  const directory = join(config.store.directory, 'blobs');
  return services ? openBlobStore({ directory: originals === undefined ? directory : resolve(originals), s3: { ...config.s3, secretKey: config.s3.secretKey?.reveal() } }) : new DirectoryBlobStore(directory);
}

export const ORIGINALS = ['--originals <folder>', 'where the services keep originals, if not in a bucket; otherwise KONTOR_DATA/blobs'] as const;

async function recallOf(config: Config, { from, questions, corpus }: Options): Promise<Recall | null> {
  if (questions === undefined) return null;
  if (corpus === undefined) throw new AppError('backup.corpus_missing', { message: 'Name the corpus of the questions: --corpus NAME.' });
  if (from !== undefined) return withSearch(config, from, (client) => measureRecall(client, questions, corpus));
  return withKontor((client) => measureRecall(client, questions, corpus));
}
