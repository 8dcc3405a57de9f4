// Kills a process that writes into the embedded store, fifty times, and looks each time for all that it had committed.
//   node tests/faults/kill-store.mjs [rounds] [seed]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killRound, Ledger } from '../../libs/db/dist/testing/kill-store.js';
import { Random } from '../../libs/db/dist/testing/random.js';

const [rounds = 50, seed = 1] = process.argv.slice(2).map(Number);
const directory = await mkdtemp(join(tmpdir(), 'kontor-kill-'));
const random = new Random(seed);
const ledger = new Ledger();
const modes = ['import', 'answer', 'import', 'answer', 'start'];
let committed = 0;
let broken = 0;
try {
  for (let round = 1; round <= rounds; round += 1) {
    const result = await killRound(directory, modes[round % modes.length], ledger, random);
    committed += result.committed;
    broken += result.faults.length > 0 ? 1 : 0;
    console.log(`${String(round).padStart(3)} ${result.mode.padEnd(6)} committed ${String(result.committed).padStart(4)}  opened in ${(result.openMs / 1_000).toFixed(1)} s  ${result.faults.length > 0 ? `FAULTS: ${result.faults.join('; ')}` : 'all found'}`);
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
console.log(`${rounds} kills, ${committed} committed transactions told, ${broken} rounds with faults`);
process.exit(broken > 0 ? 1 : 0);
