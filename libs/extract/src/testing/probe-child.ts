import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { refuseNetwork } from '../process/network-guard.js';

// Stands where a parser stands that an attacker took over, and reports which of its attempts came through.
const [secretFile, port] = process.argv.slice(2) as [string, string];
refuseNetwork();
const attempts: Record<string, () => unknown> = {
  'read a file': () => readFileSync(secretFile),
  'write a file': () => writeFileSync(`${secretFile}.copy`, 'x'),
  'start a process': () => execFileSync(process.execPath, ['--version']),
  'open a connection': () => connect(Number(port), '127.0.0.1'),
  'send a datagram': () => createSocket('udp4').send('x', Number(port), '127.0.0.1'),
  fetch: () => fetch(`http://127.0.0.1:${port}`),
};
const succeeded = Object.entries(attempts).filter(([, attempt]) => {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
});
process.send!(succeeded.map(([name]) => name));
