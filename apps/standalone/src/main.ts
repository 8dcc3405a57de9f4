import { loadConfig } from '@kontor/config';
import { AppError } from '@kontor/kernel';
import type { PullProgress } from '@kontor/models';
import { samplesImport } from './samples.js';
import { startStandalone } from './standalone.js';

/** `npm start`: serves the page at once, fetches the models beside it, and shows the samples on the first start. */
async function main(): Promise<void> {
  const startedMs = performance.now();
  const kontor = await startStandalone({ config: loadConfig(), onModelProgress: showProgress });
  process.stdout.write(`\nKontor is at ${kontor.address.baseUrl} (${((performance.now() - startedMs) / 1_000).toFixed(1)} s)\n`);
  for (const notice of kontor.notices) process.stdout.write(`! ${notice}\n`);
  let closing = false;
  const close = (): void => {
    if (closing) return;
    closing = true;
    process.stdout.write('\nKontor closes …\n');
    void kontor.close().then(() => process.exit(0));
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
  await kontor.modelsReady;
  const samples = samplesImport();
  if (samples && (await kontor.isEmpty())) {
    process.stdout.write('The documents of the sample firm are being imported.\n');
    await kontor.imports.start(samples);
  }
}

let shownMs = 0;
function showProgress(progress: PullProgress): void {
  if (Date.now() - shownMs < 1_000) return;
  shownMs = Date.now();
  const total = progress.totalBytes === undefined ? '' : ` of ${(progress.totalBytes / 1e6).toFixed(0)}`;
  const text = `${progress.model}: ${progress.phase} ${(progress.doneBytes / 1e6).toFixed(0)}${total} MB`;
  process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
}

main().catch((thrown: unknown) => {
  const error = AppError.from(thrown);
  process.stderr.write(`kontor: ${error.message} (${error.code})\n`);
  process.exit(1);
});
