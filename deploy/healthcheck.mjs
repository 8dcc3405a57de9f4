// Asks the service of this container whether it is ready (or, with the argument `live`, alive). The image has no curl.
const TIMEOUT_MS = 4_000;

const kind = process.argv[2] === 'live' ? 'live' : 'ready';
const url = `http://127.0.0.1:${process.env.KONTOR_PORT || 7700}/health/${kind}`;
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  console.log(await response.text());
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  console.error(`${url}: ${error.cause?.code ?? error.message}`);
  process.exitCode = 1;
}
