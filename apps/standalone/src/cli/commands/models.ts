import { Command } from 'commander';
import { type Config, loadConfig } from '@kontor/config';
import { AppError } from '@kontor/kernel';
import { defaultNames, openModelStore, suitableModel, type ModelStore, type PullProgress } from '@kontor/models';
import { printJson, printLine, StatusLine } from '../output.js';

/** Models lie in the home folder and not in the store, so these commands need no running Kontor. */
const openStore = (): ModelStore => openModelStore(loadConfig());

export function modelsCommand(): Command {
  const command = new Command('models').description('List, fetch, check and choose models.');
  command
    .command('list')
    .description('what the catalogue holds and what is on this machine')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) => {
      const all = await openStore().list();
      if (options.json) return printJson(all);
      for (const { entry, state, totalBytes, active } of all) {
        printLine(`${active ? '*' : ' '} ${entry.name.padEnd(36)} ${entry.kind.padEnd(9)} ${state.padEnd(8)} ${(totalBytes === undefined ? '–' : (totalBytes / 1e6).toFixed(0)).padStart(6)} MB  ${entry.licence}`);
      }
    });
  command.command('pull').description('fetch a model, or what this machine needs').argument('[name]').option('--json', 'print as JSON').action(pull);
  command
    .command('verify')
    .description('read every byte of a model again')
    .argument('<name>')
    .option('--json', 'print as JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      await openStore().verify(name);
      if (options.json) printJson({ name, verified: true });
      else printLine(`${name}: every byte is as the catalogue says.`);
    });
  command
    .command('use')
    .description('choose the model that Kontor uses from its next start on')
    .argument('<name>')
    .option('--json', 'print as JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const store = openStore();
      const { kind } = await store.entry(name);
      await store.use(kind, name);
      if (options.json) return printJson({ name, kind, active: true });
      printLine(`${name} is used from the next start on.`);
      const { state } = await store.status(name);
      if (state !== 'present') printLine(`It is not on this machine yet: the next start fetches it, and so does ./kontor models pull ${name}.`);
    });
  return command;
}

async function pull(name: string | undefined, options: { json?: boolean }): Promise<void> {
  const store = openStore();
  const line = new StatusLine();
  const show = (progress: PullProgress): void => line.show(`${progress.model} ${progress.file}: ${progress.phase} ${(progress.doneBytes / 1e6).toFixed(0)}${progress.totalBytes === undefined ? '' : ` of ${(progress.totalBytes / 1e6).toFixed(0)}`} MB`);
  const names = name === undefined ? await needed(store, loadConfig()) : [name];
  for (const one of names) {
    await store.pull(one, show);
    line.done(options.json ? undefined : `${one} is here.`);
  }
  if (options.json) printJson(names.map((one) => ({ name: one, present: true })));
}

/** What the services would load: the models that variables name, else what suits; none that a chat server has. */
async function needed(store: ModelStore, { models, chatServer }: Config): Promise<string[]> {
  const embedder = models.embedder ?? (await suitableModel(store, 'embedder'));
  const chat = chatServer.url === undefined ? (models.chatModel ?? (await suitableModel(store, 'chat'))) : undefined;
  const names = [embedder, chat].filter((one) => one !== undefined);
  if (names.length === 0) throw new AppError('model.no_source', { message: `No source of models answers; bring the files by hand (${defaultNames('chat').at(-1)}) or try again with a network.` });
  return names;
}
