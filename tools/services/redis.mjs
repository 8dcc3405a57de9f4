import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { findProgram } from './programs.mjs';
import { Server } from './server.mjs';

const ANSWER_MS_MAX = 1_000;

const settings = {
  bind: '127.0.0.1',
  // A queue must lose no job for want of memory: BullMQ asks for this, and Kontor refuses to start with anything else.
  'maxmemory-policy': 'noeviction',
  appendonly: 'yes',
  // The operating system has every write before its answer goes out, so kill -9 of the server loses none; with `everysec`
  // a write may wait for the disk and be lost.
  appendfsync: 'no',
  save: '',
};

/** The program that is Redis on this machine. */
export function findRedis() {
  return findProgram('redis-server', 'valkey-server');
}

/** Starts Redis (or Valkey) as a queue needs it. `settings` overrides single lines of its configuration. */
export async function startRedis(options = {}) {
  const program = findRedis();
  const password = randomBytes(12).toString('hex');
  const lines = (port, data) => ({ ...settings, requirepass: password, ...options.settings, port: String(port), dir: data });
  const server = await Server.start(
    {
      name: 'redis',
      command: ({ port, data }) => [program, ...Object.entries(lines(port, data)).flatMap(([name, value]) => [`--${name}`, value])],
      isReady: ({ port }) => answersPing(port, password),
    },
    options.port,
  );
  const url = `redis://default:${password}@127.0.0.1:${server.port}`;
  return Object.assign(server, { url, variables: { KONTOR_REDIS_URL: url } });
}

// While it reads its log back in, Redis answers with an error.
function answersPing(port, password) {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1', timeout: ANSWER_MS_MAX }, () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    const end = (answered) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setEncoding('utf8').on('data', (piece) => {
      answer += piece;
      if (answer.includes('+PONG')) end(true);
      else if (/^-(LOADING|BUSY)/m.test(answer)) end(false);
    });
    socket.on('error', () => end(false)).on('timeout', () => end(false)).on('close', () => end(false));
  });
}
