import { basename, dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { AutoModel, env, LogLevel, Tensor } from '@xenova/transformers';
import { poolTokens } from './pool-tokens.js';
import type { EmbedBatch, EmbedReply, EmbedWorkerData } from './protocol.js';

// The verified folder is the only place that a model may come from.
env.allowRemoteModels = false;
env.useFSCache = false;
// A failing run would print its inputs, which are somebody's document.
env.logLevel = LogLevel.NONE;

const { folder, fileName } = workerData as EmbedWorkerData;
const port = parentPort!;
env.localModelPath = dirname(folder);

const model = await AutoModel.from_pretrained(basename(folder), {
  config: { model_type: 'bert' } as never,
  subfolder: '',
  model_file_name: fileName.replace(/\.onnx$/, ''),
  dtype: 'fp32',
  local_files_only: true,
  // One thread of the runtime in each of ours: two texts side by side are quicker than one text on two threads.
  session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
});

async function embed({ texts, tokens, ids }: EmbedBatch): Promise<Float32Array> {
  const shape = [texts, tokens];
  const inputs = {
    input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
  };
  const output = (await model(inputs)) as { last_hidden_state: Tensor };
  return poolTokens(output.last_hidden_state.data as Float32Array, texts, tokens);
}

port.on('message', (batch: EmbedBatch) => {
  embed(batch).then(
    (vectors) => port.postMessage({ kind: 'vectors', vectors } satisfies EmbedReply, [vectors.buffer as ArrayBuffer]),
    (error: unknown) => port.postMessage({ kind: 'error', message: error instanceof Error ? error.message : String(error) } satisfies EmbedReply),
  );
});
port.postMessage({ kind: 'ready' } satisfies EmbedReply);
