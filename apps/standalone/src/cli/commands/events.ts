import { Command } from 'commander';
import { loadConfig } from '@kontor/config';
import { openDeadLetters, type DeadLetterChoice, type DeadLetters } from '@kontor/events';
import { AppError } from '@kontor/kernel';
import { printJson, printLine } from '../output.js';

const LISTED_MAX = 1_000;

interface Options extends DeadLetterChoice {
  json?: boolean;
}

async function withLetters<Result>(work: (letters: DeadLetters) => Promise<Result>): Promise<Result> {
  const letters = await openDeadLetters(loadConfig().kafka);
  try {
    return await work(letters);
  } finally {
    await letters.close();
  }
}

/** Dead letters of Kafka: what a consumer could not take. They need the brokers and no running Kontor. */
export function eventsCommand(): Command {
  const command = new Command('events').description('List, replay and discard events that a consumer could not take (Kafka).');
  command
    .command('list')
    .description('what waits, with the reason')
    .option('--json', 'print as JSON')
    .action(async ({ json }: Options) => {
      const found = await withLetters((letters) => letters.list(LISTED_MAX));
      if (json) return printJson(found);
      for (const { at, consumer, topic, partition, offset, code, reason } of found) printLine(`${at}  ${consumer}  ${topic} ${partition}/${offset}  ${reason} (${code})`);
      printLine(found.length === 0 ? 'No event waits.' : `${found.length} wait. When the reason is mended: ./kontor events replay`);
    });
  choosing(command.command('replay').description('bring them once more to the consumer that could not take them')).action((options: Options) => act(options, 'replayed', (letters) => letters.replay(options)));
  choosing(command.command('discard').description('drop them for good')).action((options: Options) => {
    if (options.consumer === undefined && options.code === undefined) throw new AppError('event.choice_missing', { message: 'Say which: --consumer NAME, --code CODE, or both.' });
    return act(options, 'discarded', (letters) => letters.discard(options));
  });
  return command;
}

const choosing = (command: Command): Command =>
  command.option('--consumer <name>', 'those of this consumer only').option('--code <code>', 'those put aside for this reason only').option('--json', 'print as JSON');

async function act({ json }: Options, done: string, work: (letters: DeadLetters) => Promise<number>): Promise<void> {
  const count = await withLetters(work);
  if (json) printJson({ [done]: count });
  else printLine(`${count} ${done}.`);
}
