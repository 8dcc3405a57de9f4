import { describe, expect, it } from 'vitest';
import { READERS } from './requests.mjs';

const int = (value, bytes = 4) => {
  const buffer = Buffer.alloc(bytes);
  bytes === 2 ? buffer.writeInt16BE(value) : buffer.writeInt32BE(value);
  return buffer;
};
const message = (type, ...parts) => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from(type), int(body.length + 4), body]);
};
const command = (...parts) => Buffer.from(`*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`);
const toKafka = (key, body) => Buffer.concat([int(2 + body.length), int(key, 2), Buffer.from(body)]);

const startup = Buffer.concat([int(4 + 4 + 12), int(196_608), Buffer.from('user\0kontor\0')]);
const encryption = Buffer.concat([int(8), int(80_877_103)]);
const WIRES = {
  postgres: {
    sent: [encryption, startup, message('p', 'word\0'), message('Q', 'BEGIN;  SET LOCAL x = 1\0'), message('P', '\0SELECT $1\0', [0, 0]), message('B', '\0\0'), message('D', 'P\0'), message('E', '\0'), message('S'), message('Q', 'COMMIT\0')],
    names: ['sign-in', 'sign-in', 'sign-in', 'BEGIN; SET LOCAL x = 1', 'SELECT $1', 'COMMIT'],
  },
  redis: {
    sent: [command('AUTH', 'word'), command('XADD', 'kontor:stream:{01a21992-84d6-7014-9587-d939a3d9a3cf}', '*', 'part', 'ä\r\n*3\r\n'), command('EVALSHA', 'd96ca626d96ca626d96ca626d96ca626d96ca626', '1', 'kontor:jobs:inference:wait')],
    names: ['AUTH', 'XADD kontor:stream:{*}', 'EVALSHA d96ca626 on kontor:jobs:inference:wait'],
  },
  kafka: { sent: [toKafka(18, 'versions'), toKafka(0, 'events'), toKafka(999, '')], names: ['ApiVersions', 'Produce', 'request 999'] },
};

describe.each(Object.entries(WIRES))('requests of %s', (protocol, { sent, names }) => {
  const wire = Buffer.concat(sent);

  it('are read one by one', () => {
    const read = READERS[protocol]();
    expect(sent.flatMap((piece) => read(piece))).toEqual(names);
  });

  it('are the same wherever the network cuts them', () => {
    for (let cut = 0; cut <= wire.length; cut += 1) {
      const read = READERS[protocol]();
      expect([...read(wire.subarray(0, cut)), ...read(wire.subarray(cut))]).toEqual(names);
    }
    const read = READERS[protocol]();
    expect([...wire].flatMap((byte) => read(Buffer.from([byte])))).toEqual(names);
  });
});

it('requests over HTTP are named without what makes an address one of many', () => {
  const read = READERS.http();
  expect(read(Buffer.from('POST /api/conversations/01a21992-84d6-7014-9587-d939a3d9a3cf/messages?x=1 HTTP/1.1\r\nhost: a\r\n\r\n{}'))).toEqual(['POST /api/conversations/*/messages']);
  expect(read(Buffer.from('GET in the middle of a body'))).toEqual([]);
});
