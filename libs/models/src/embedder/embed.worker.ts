import { parentPort, workerData } from 'node:worker_threads';
import ort from 'onnxruntime-node';
import type { EmbedReply, EmbedRequest, EmbedWorkerData } from './protocol.js';
import { loadTokenizer } from './tokenizer.js';

// One text at a time on one thread of the runtime: padding a batch costs more than batching gains on a CPU.
const { modelPath, folder, tokensMax } = workerData as EmbedWorkerData;
const port = parentPort!;
const reply = (message: EmbedReply): void => port.postMessage(message);

const session = await ort.InferenceSession.create(modelPath, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all' });
const tokenizer = loadTokenizer(folder);

async function embed(text: string): Promise<Float32Array> {
  const ids = tokenizer.encode(text, tokensMax);
  // Converted and published graphs differ in what they ask for: a single text needs neither padding mask nor types.
  const values: Record<string, () => bigint[]> = { input_ids: () => ids.map(BigInt), attention_mask: () => ids.map(() => 1n), token_type_ids: () => ids.map(() => 0n) };
  const feeds = Object.fromEntries(session.inputNames.map((name) => [name, new ort.Tensor('int64', BigInt64Array.from(values[name]!()), [1, ids.length])]));
  const output = await session.run(feeds);
  return pool(output.last_hidden_state!.data as Float32Array, ids.length);
}

/** The mean over the tokens, of length one. */
function pool(states: Float32Array, tokens: number): Float32Array {
  const dimensions = states.length / tokens;
  const mean = new Float32Array(dimensions);
  for (let token = 0; token < tokens; token += 1) for (let i = 0; i < dimensions; i += 1) mean[i]! += states[token * dimensions + i]!;
  let square = 0;
  for (const value of mean) square += value * value;
  const norm = Math.sqrt(square) || 1;
  return mean.map((value) => value / norm);
}

port.on('message', (request: EmbedRequest) => {
  void (async () => {
    try {
      const vectors: Float32Array[] = [];
      for (const text of request.texts) vectors.push(await embed(text));
      reply({ kind: 'vectors', id: request.id, vectors });
    } catch (error) {
      reply({ kind: 'error', id: request.id, message: error instanceof Error ? error.message : String(error) });
    }
  })();
});
reply({ kind: 'ready' });
