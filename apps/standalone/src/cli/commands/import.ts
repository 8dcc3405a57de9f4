import { resolve } from 'node:path';
import { Command } from 'commander';
import { ImportProgress, ImportStarted } from '@kontor/contracts';
import type { KontorClient } from '../client.js';
import { withAdministration } from '../connect.js';
import { printJson, printLine, seconds, StatusLine } from '../output.js';

const POLL_MS = 500;

export function importCommand(): Command {
  return new Command('import')
    .description('Bring the documents of a folder into a corpus; unchanged files cost nothing.')
    .argument('<directory>', 'folder of documents')
    .requiredOption('--corpus <name>', 'name of the corpus')
    .option('--access <file>', 'access.json: which groups may read which paths')
    .option('--users <file>', 'users.json: the people and their groups')
    .option('--lexicon <file>', 'lexicon.json: terms of the firm; by default the one beside access.json or in the folder, and those terms go when it is deleted')
    .option('--json', 'print the result as JSON')
    .action(async (directory: string, options: { corpus: string; access?: string; users?: string; lexicon?: string; json?: boolean }) => {
      const progress = await withAdministration(async (client) => {
        const request = { directory: resolve(directory), corpus: options.corpus, accessFile: absolute(options.access), usersFile: absolute(options.users), lexiconFile: absolute(options.lexicon) };
        const { runId } = await client.post('/api/admin/imports', request, ImportStarted);
        return follow(client, runId, options.json !== true);
      });
      if (options.json) printJson(progress);
      else report(progress);
      if (progress.state === 'failed') process.exitCode = 1;
      else if (progress.failed > 0) process.exitCode = 3;
    });
}

const absolute = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(path));

async function follow(client: KontorClient, runId: string, visible: boolean): Promise<ImportProgress> {
  const line = new StatusLine();
  for (;;) {
    const progress = await client.get(`/api/admin/imports/${runId}`, ImportProgress);
    if (progress.state === 'finished' || progress.state === 'failed') {
      line.done();
      return progress;
    }
    if (visible) line.show(statusOf(progress));
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

function statusOf(progress: ImportProgress): string {
  const done = progress.parsed + progress.unchanged + progress.failed;
  const rate = progress.chunksPerSecond === null ? '' : ` · ${progress.chunksPerSecond.toFixed(1)} chunks/s`;
  const left = progress.remainingMs === null ? '' : ` · ${seconds(progress.remainingMs)} left`;
  return `${progress.state}: documents ${done}/${progress.files} · chunks ${progress.embedded}/${progress.chunks}${rate}${left} · failed ${progress.failed}`;
}

function report(progress: ImportProgress): void {
  for (const failure of progress.failures) printLine(`  ${failure.path}: ${failure.message} (${failure.code})`);
  for (const notice of progress.notices) printLine(`! ${notice}`);
  printLine(
    `${progress.corpus}: ${progress.parsed} documents read, ${progress.unchanged} unchanged, ${progress.removed} removed, ${progress.failed} failed; ` +
      `${progress.chunks} chunks, ${progress.embedded} with a vector; ${seconds(progress.elapsedMs)}`,
  );
}

