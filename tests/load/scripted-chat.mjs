// A chat server with a scripted model that costs nothing and keeps a stated pace: what load tests measure is Kontor alone.
// It answers with the first sentences of the first excerpt in the prompt, or with --answer.
//   node tests/load/scripted-chat.mjs --port 8100 --tokens-per-second 40 --first-token-ms 300 --parallel 16
// Then point Kontor at it: KONTOR_CHAT_URL=http://127.0.0.1:8100 KONTOR_CHAT_PARALLEL=16
import { parseArgs } from 'node:util';
import { startScriptedChat } from '@kontor/models/testing';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'tokens-per-second': { type: 'string', default: '40' },
    'first-token-ms': { type: 'string', default: '200' },
    parallel: { type: 'string', default: '16' },
    context: { type: 'string', default: '32768' },
    answer: { type: 'string' },
    key: { type: 'string' },
  },
});

function number(name) {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= 0) return value;
  console.error(`scripted-chat: --${name} must be a number from 0.`);
  process.exit(2);
}

const server = await startScriptedChat({
  port: number('port'),
  tokensPerSecond: number('tokens-per-second') || undefined,
  firstTokenMs: number('first-token-ms'),
  parallelMax: number('parallel') || 1,
  contextTokensMax: number('context'),
  answer: values.answer,
  key: values.key,
});
console.log(server.url);

let closing = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (closing) return;
    closing = true;
    console.error(`scripted-chat: ${server.requests} requests, ${server.runningMax} at the same time, ${server.left} readers left early`);
    void server.close();
  });
}
