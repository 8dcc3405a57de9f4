import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';

interface WheelContent {
  package: string;
  version: string;
  members: Record<string, Buffer>;
}

/** A zip whose members are stored as they are: all that a wheel needs to be. */
function zip(members: Record<string, Buffer>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(members)) {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(content.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), content]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, tail, Buffer.from(name)]));
    bodies.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(bodies.length, 8);
  end.writeUInt16LE(bodies.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}

function wheel({ package: name, version, members }: WheelContent): { fileName: string; bytes: Buffer } {
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const information = {
    [`${stem}.dist-info/METADATA`]: Buffer.from(`Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`),
    [`${stem}.dist-info/WHEEL`]: Buffer.from('Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
    [`${stem}.dist-info/RECORD`]: Buffer.from(''),
  };
  return { fileName: `${stem}-py3-none-any.whl`, bytes: zip({ ...members, ...information }) };
}

export interface PackageServer {
  /** How pip is called so that it asks this server and no other. */
  pipCommand: string[];
  requests: string[];
  stop(): Promise<void>;
}

/** A package index on loopback that real pip downloads from. */
export async function startPackageServer(wheels: WheelContent[]): Promise<PackageServer> {
  const built = new Map(wheels.map((content) => [content.package, wheel(content)]));
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url!);
    const [, kind, name] = request.url!.split('/') as [string, string, string];
    const found = built.get(name);
    if (found === undefined) return void response.writeHead(404).end();
    if (kind === 'simple') return void response.writeHead(200, { 'content-type': 'text/html' }).end(`<a href="/files/${name}/${found.fileName}">${found.fileName}</a>`);
    response.writeHead(200, { 'content-length': found.bytes.length }).end(found.bytes);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
  return {
    pipCommand: ['env', `PIP_INDEX_URL=${url}`, 'PIP_EXTRA_INDEX_URL=', 'PIP_CONFIG_FILE=/dev/null', 'no_proxy=127.0.0.1', 'python3', '-m', 'pip'],
    requests,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
