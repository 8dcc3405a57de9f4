import { connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startProxy } from './index.mjs';

const KIBIBYTE = 1024;
let echo;
let proxy;
const clients = [];

beforeAll(async () => {
  echo = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  await new Promise((resolve) => echo.listen(0, '127.0.0.1', resolve));
  proxy = await startProxy({ to: { port: echo.address().port } });
});
afterEach(() => {
  proxy.heal();
  for (const client of clients.splice(0)) client.destroy();
});
afterAll(async () => {
  await proxy.stop();
  await new Promise((resolve) => echo.close(resolve));
});

it('shows whoever watches what passes, in which direction and over which connection', async () => {
  const seen = [];
  const watched = await startProxy({ to: { port: echo.address().port }, watch: (connection, direction, piece) => seen.push({ connection, direction, text: String(piece) }) });
  for (const text of ['one', 'two']) {
    const client = connect({ port: watched.port, host: '127.0.0.1' });
    client.write(text);
    await new Promise((resolve) => client.once('data', resolve));
    client.destroy();
  }
  await watched.stop();
  expect(seen.map(({ direction, text }) => `${direction} ${text}`)).toEqual(['sent one', 'received one', 'sent two', 'received two']);
  expect(seen[0].connection).toBe(seen[1].connection);
  expect(seen[0].connection).not.toBe(seen[2].connection);
});

function open() {
  const client = connect({ port: proxy.port, host: '127.0.0.1' });
  clients.push(client);
  client.received = 0;
  client.on('data', (piece) => (client.received += piece.length));
  client.ended = new Promise((resolve) => client.once('error', (error) => resolve(error.code)).once('close', () => resolve('closed')));
  return client;
}

const until = (client, bytes, timeout = 5_000) => expect.poll(() => client.received, { timeout, interval: 5 }).toBe(bytes);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function rests() {
  const { bytesSent } = proxy.counts;
  await pause(300);
  return proxy.counts.bytesSent === bytesSent;
}

describe('the proxy', () => {
  it('passes everything on in both directions, and counts it', async () => {
    const before = { ...proxy.counts };
    const client = open();
    client.write(Buffer.alloc(1024 * KIBIBYTE));
    await until(client, 1024 * KIBIBYTE);
    client.end();
    expect(await client.ended).toBe('closed');
    expect(proxy.counts).toEqual({ connections: before.connections + 1, bytesSent: before.bytesSent + 1024 * KIBIBYTE, bytesReceived: before.bytesReceived + 1024 * KIBIBYTE });
    await expect.poll(() => proxy.open).toBe(0);
  });

  it('cuts: connections break at once and new ones too, until it is healed', async () => {
    const client = open();
    client.write('x');
    await until(client, 1);
    proxy.cut();
    expect(await client.ended).toBe('ECONNRESET');
    expect(await open().ended).toMatch(/ECONNRESET|closed/);
    proxy.heal();
    const again = open();
    again.write('x');
    await until(again, 1);
  });

  it('stalls: nothing arrives and nobody is told, and what was held back arrives once it is healed', async () => {
    const client = open();
    client.write('x');
    await until(client, 1);
    proxy.stall();
    const late = open();
    client.write('y');
    late.write('z');
    await pause(150);
    expect([client.received, late.received, client.destroyed, late.destroyed]).toEqual([1, 0, false, false]);
    proxy.heal();
    await Promise.all([until(client, 2), until(late, 1)]);
  });

  it('delays each piece in both directions', async () => {
    const client = open();
    client.write('x');
    await until(client, 1);
    proxy.delay(100);
    const started = performance.now();
    client.write('y');
    await until(client, 2);
    expect(performance.now() - started).toBeGreaterThan(190);
  });

  it('narrows: so many bytes a second pass', async () => {
    const client = open();
    proxy.halve(256 * KIBIBYTE);
    const started = performance.now();
    client.write(Buffer.alloc(128 * KIBIBYTE));
    await until(client, 128 * KIBIBYTE);
    expect(performance.now() - started).toBeGreaterThan(450);
  });

  it('tells the client when the server is not there', async () => {
    const nowhere = await startProxy({ to: { port: 1 } });
    const client = connect({ port: nowhere.port, host: '127.0.0.1' });
    const code = await new Promise((resolve) => client.once('error', (error) => resolve(error.code)).once('close', () => resolve('closed')));
    expect(code).toMatch(/ECONNRESET|closed/);
    await nowhere.stop();
  });

  it('holds back the server where the client does not read, instead of keeping what it sends', async () => {
    const client = open();
    client.pause();
    for (let written = 0; written < 40; written += 1) client.write(Buffer.alloc(1024 * KIBIBYTE));
    const before = proxy.counts.bytesReceived;
    await expect.poll(rests, { timeout: 20_000 }).toBe(true);
    // What the system keeps for the four connections' ends is all that is under way.
    expect(proxy.counts.bytesReceived - before).toBeLessThan(24 * 1024 * KIBIBYTE);
    client.resume();
    await until(client, 40 * 1024 * KIBIBYTE, 20_000);
  });
});
