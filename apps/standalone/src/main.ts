import { loadConfig } from '@kontor/config';
import { runProgram } from '@kontor/http';
import type { PullProgress } from '@kontor/models';
import { samplesImport } from './samples.js';
import { startStandalone, type Standalone } from './standalone.js';

/** `npm start`: serves the page at once, fetches the models beside it, and shows the samples on the first start. */
async function start(): Promise<{ close(): Promise<void> }> {
  const startedMs = performance.now();
  const kontor = await startStandalone({ config: loadConfig(), onModelProgress: showProgress });
  process.stdout.write(`\nKontor is at ${kontor.address.baseUrl} (${((performance.now() - startedMs) / 1_000).toFixed(1)} s)\n`);
  for (const notice of kontor.notices) process.stdout.write(`! ${notice}\n`);
  const closing = new AbortController();
  const samples = importSamples(kontor, closing.signal).catch((error: Error) => {
    if (!closing.signal.aborted) process.stderr.write(`The sample firm could not be imported: ${error.message}\n`);
  });
  return {
    close: async () => {
      closing.abort();
      await kontor.close();
      await samples;
    },
  };
}

async function importSamples(kontor: Standalone, closing: AbortSignal): Promise<void> {
  await kontor.modelsReady;
  const samples = samplesImport();
  if (closing.aborted || !samples || !(await kontor.isEmpty())) return;
  process.stdout.write('The documents of the sample firm are being imported.\n');
  await kontor.imports.start(samples);
}

let shownMs = 0;
function showProgress(progress: PullProgress): void {
  if (Date.now() - shownMs < 1_000) return;
  shownMs = Date.now();
  const total = progress.totalBytes === undefined ? '' : ` of ${(progress.totalBytes / 1e6).toFixed(0)}`;
  const text = `${progress.model}: ${progress.phase} ${(progress.doneBytes / 1e6).toFixed(0)}${total} MB`;
  process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
}

await runProgram('Kontor', start);
