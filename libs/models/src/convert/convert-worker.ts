import { open, readFile } from 'node:fs/promises';
import { workerData } from 'node:worker_threads';
import { convertE5 } from './e5-graph.js';

const { input, output } = workerData as { input: string; output: string };
const pieces = convertE5(await readFile(input));
const file = await open(output, 'w');
for (const piece of pieces) await file.writeFile(piece);
await file.close();
