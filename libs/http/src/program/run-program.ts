import { AppError } from '@kontor/kernel';

/**
 * Runs a program until it is told to stop, closes it in order, and ends the process. What keeps it from starting is
 * told in one line and ends it with 1.
 *
 * @example await runProgram('kontor', () => startStandalone({ config: loadConfig() }));
 */
export async function runProgram(name: string, start: () => Promise<{ close(): Promise<void> }>): Promise<void> {
  const running = await start().catch((thrown: unknown) => end(name, thrown));
  let closing = false;
  const close = (): void => {
    // A second signal while it closes must not cut off what the first one put in order.
    if (closing) return;
    closing = true;
    process.stdout.write(`\n${name} closes …\n`);
    running.close().then(() => process.exit(0), (thrown: unknown) => end(name, thrown));
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
}

function end(name: string, thrown: unknown): never {
  const error = AppError.from(thrown);
  process.stderr.write(`${name}: ${error.message} (${error.code})\n`);
  process.exit(1);
}
