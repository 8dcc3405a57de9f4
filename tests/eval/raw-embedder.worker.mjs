// ONNX Runtime and nothing else: what the embedder's throughput is measured against.
import { parentPort, workerData } from 'node:worker_threads';
import ort from 'onnxruntime-node';
import { yieldToOthers } from '../../libs/models/dist/embedder/background.js';

yieldToOthers();
const session = await ort.InferenceSession.create(workerData.path, { intraOpNumThreads: workerData.threads, interOpNumThreads: 1 });
parentPort.on('message', async (ids) => {
  await session.run({ input_ids: new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]) });
  parentPort.postMessage('done');
});
parentPort.postMessage('ready');
