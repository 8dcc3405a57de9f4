import { Command } from 'commander';
import { loadConfig } from '@kontor/config';
import { openEmbeddedSource, openPostgresSource } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { moveStore } from '../../operations/backup/move-store.js';
import { printJson, printLine, StatusLine } from '../output.js';
import { blobsOf, ORIGINALS } from './backup.js';
import { openTarget } from './restore.js';

interface Options {
  to?: string;
  from?: string;
  originals?: string;
  json?: boolean;
}

export function moveCommand(): Command {
  return new Command('move')
    .description('Take the embedded store to PostgreSQL, or back, with everything in it, while no Kontor runs.')
    .option('--to <address>', 'postgres://… of the owner of an empty database')
    .option('--from <address>', 'postgres://… of the owner of the database to bring back into KONTOR_DATA')
    .option(...ORIGINALS)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nThe source stays as it is. Begun again after it was broken off, it starts anew, or finds that it was done.')
    .action(async ({ to, from, originals, json }: Options) => {
      if ((to === undefined) === (from === undefined)) throw new AppError('move.one_way', { message: 'Name one of --to and --from: the other side is the embedded store of KONTOR_DATA.' });
      const config = loadConfig();
      const line = new StatusLine();
      const [here, services] = [await blobsOf(config, false), await blobsOf(config, true, originals)];
      const source = from === undefined ? await openEmbeddedSource(config.store.directory) : openPostgresSource({ url: from, still: true });
      const report = await moveStore({
        source,
        openTarget: (migrations) => openTarget(config, [...migrations], to),
        from: from === undefined ? here : services,
        to: from === undefined ? services : here,
        onProgress: (what) => line.show(what),
      }).finally(() => source.close());
      line.done();
      if (report.blobs.absent + report.blobs.damaged > 0) process.exitCode = 3;
      if (json) return printJson(report);
      const rows = Object.values(report.tables).reduce((sum, table) => sum + table.rows, 0);
      if (report.already) printLine(`An earlier move was done: the target holds the same ${rows} rows.`);
      else printLine(`${rows} rows of ${Object.keys(report.tables).length} tables with equal checksums, ${report.blobs.count} originals; ${report.peopleCompared} people see the same documents, ${report.searchesCompared} searches find the same passages.`);
      printLine(from === undefined ? `Start the services with KONTOR_DATABASE_URL. ${config.store.directory} stays as it was; remove it when you no longer need it.` : `Start Kontor with KONTOR_DATA=${config.store.directory}. The database stays as it was.`);
      if (report.blobs.absent + report.blobs.damaged === 0) return;
      printLine(`! ${report.blobs.absent} originals were not found where they are looked for and ${report.blobs.damaged} were damaged; their documents are found, and cannot be opened. Copy the other folder of originals into KONTOR_DATA/blobs, or import again. Next time name it with --originals.`);
    });
}
