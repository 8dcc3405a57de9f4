import { Socket as DatagramSocket } from 'node:dgram';
import { Server, Socket } from 'node:net';

function refuse(): never {
  throw new Error('a parser has no network');
}

/** No document makes this process call anywhere: not an image in a page, not a template of Word, not a link in a PDF. */
export function refuseNetwork(): void {
  for (const prototype of [Socket.prototype, DatagramSocket.prototype]) Object.defineProperty(prototype, 'connect', { value: refuse });
  Object.defineProperty(Server.prototype, 'listen', { value: refuse });
  for (const method of ['send', 'bind']) Object.defineProperty(DatagramSocket.prototype, method, { value: refuse });
  for (const name of ['fetch', 'WebSocket', 'EventSource']) Object.defineProperty(globalThis, name, { value: undefined });
}
