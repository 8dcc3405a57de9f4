import { openIngestion, uploadOf } from './ingestion-world.js';

/**
 * Begins an import or an upload in the store of a folder, and is killed at the moment at which it would queue its first job.
 *   node begin-and-die.js DIRECTORY upload|folder
 */
const [directory, kind] = process.argv.slice(2);
const world = await openIngestion(directory);
world.ports.enqueue = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
const FILES = { 'leave.md': '# Leave\n\nEvery employee has thirty days of leave a year.\n', 'keys.md': '# Keys\n\nLost keys are kept at the gate for ninety days.\n' };
await (kind === 'upload' ? world.uploads.upload('handbook', uploadOf(FILES)) : world.bring(FILES));
