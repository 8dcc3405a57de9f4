import { startKafka, startPostgres, startRedis, startS3 } from './index.mjs';

// `node tools/services/main.mjs [postgres redis kafka s3]`: starts these servers, prints what Kontor needs to find them, and
// ends them with itself.
const starters = { postgres: startPostgres, redis: startRedis, kafka: startKafka, s3: startS3 };
const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : Object.keys(starters);
const unknown = names.filter((name) => !(name in starters));

if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Usage: node tools/services/main.mjs [${Object.keys(starters).join('] [')}]`);
  process.exitCode = 2;
} else {
  await serve();
}

async function serve() {
  const ended = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
  });
  const starting = names.map((name) => starters[name]());
  const results = await Promise.race([Promise.allSettled(starting), ended]);
  const failures = Array.isArray(results) ? results.filter((result) => result.status === 'rejected') : [];
  if (failures.length > 0) {
    for (const { reason } of failures) console.error(`services: ${reason.message}`);
    process.exitCode = 1;
  } else if (Array.isArray(results)) {
    for (const { value } of results) for (const [name, text] of Object.entries(value.variables)) console.log(`${name}=${text}`);
    console.error('services: running; Ctrl-C ends them and removes their data');
    const stayAlive = setInterval(() => {}, 60_000);
    await ended;
    clearInterval(stayAlive);
  }
  await Promise.allSettled(starting.map(async (server) => (await server).stop()));
}
