import { basename, dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { AutoModel, env, LogLevel, Tensor } from '@xenova/transformers';
import { yieldToOthers } from './background.js';
import { poolTokens } from './pool-tokens.js';
import type { EmbedBatch, EmbedReply, EmbedWorkerData } from './protocol.js';

// The verified folder is the only place that a model may come from.
env.allowRemoteModels = false;
env.useFSCache = false;
// A failing run would print its inputs, which are somebody's document.
env.logLevel = LogLevel.NONE;

const { folder, fileName, background } = workerData as EmbedWorkerData;
const port = parentPort!;
env.localModelPath = dirname(folder);
if (background) yieldToOthers();

const model = await AutoModel.from_pretrained(basename(folder), {
  config: { model_type: 'bert' } as never,
  subfolder: '',
  model_file_name: fileName.replace(/\.onnx$/, ''),
  dtype: 'fp32',
  local_files_only: true,
  // One thread of the runtime in each of ours: two texts side by side are quicker than one text on two threads.
  session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
});

/**
 * One text a run. Texts of one run would need padding, which costs more than a larger run gains on a CPU, and they
 * would change each other: the int8 model scales its numbers by the largest of the run.
 */
async function embedText(ids: Int32Array): Promise<Float32Array> {
  const shape = [1, ids.length];
  const inputs = {
    input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
  };
  const output = (await model(inputs)) as { last_hidden_state: Tensor };
  return poolTokens(output.last_hidden_state.data as Float32Array, ids.length);
}

async function embed({ lengths, ids }: EmbedBatch): Promise<Float32Array> {
  const vectors: Float32Array[] = [];
  let at = 0;
  for (const length of lengths) vectors.push(await embedText(ids.subarray(at, (at += length))));
  const joined = new Float32Array(vectors.reduce((sum, vector) => sum + vector.length, 0));
  vectors.forEach((vector, row) => joined.set(vector, row * vector.length));
  return joined;
}

port.on('message', (batch: EmbedBatch) => {
  embed(batch).then(
    (vectors) => port.postMessage({ kind: 'vectors', vectors } satisfies EmbedReply, [vectors.buffer as ArrayBuffer]),
    (error: unknown) => port.postMessage({ kind: 'error', message: error instanceof Error ? error.message : String(error) } satisfies EmbedReply),
  );
});
port.postMessage({ kind: 'ready' } satisfies EmbedReply);
