#!/usr/bin/env node
import { Command } from 'commander';
import { AppError } from '@kontor/kernel';
import { askCommand } from './commands/ask.js';
import { backupCommand } from './commands/backup.js';
import { doctorCommand } from './commands/doctor.js';
import { evalCommand } from './commands/eval.js';
import { eventsCommand } from './commands/events.js';
import { feedbackCommand } from './commands/feedback.js';
import { importCommand } from './commands/import.js';
import { jobsCommand } from './commands/jobs.js';
import { migrateCommand } from './commands/migrate.js';
import { modelsCommand } from './commands/models.js';
import { moveCommand } from './commands/move.js';
import { restoreCommand } from './commands/restore.js';
import { searchCommand } from './commands/search.js';
import { printable } from './output.js';

const program = new Command('kontor')
  .description("Support chat and search over a company's own documents.")
  .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 done with failures (for example files that could not be read).');

for (const command of [importCommand(), searchCommand(), askCommand(), evalCommand(), modelsCommand(), jobsCommand(), feedbackCommand(), migrateCommand(), eventsCommand(), backupCommand(), restoreCommand(), moveCommand(), doctorCommand()]) program.addCommand(command);
overrideExit(program);

/** A command that is added does not inherit how its parent ends. */
function overrideExit(command: Command): void {
  command.showHelpAfterError().exitOverride((exit) => {
    // commander's own errors are wrong usage; its help ends with 0.
    process.exit(exit.exitCode === 0 ? 0 : 2);
  });
  for (const one of command.commands) overrideExit(one);
}

try {
  await program.parseAsync();
} catch (thrown) {
  const error = AppError.from(thrown);
  process.stderr.write(`kontor: ${printable(error.message)} (${error.code})\n`);
  process.exitCode = 1;
}
// Native model runtimes may keep idle threads; the work is done and everything is closed by now.
process.exit();
