// What a client asks for, read off the wire: each reader takes the pieces that one connection sends, in their order, and
// gives the names of the requests that are whole with it. None of them understands more than it takes to count.

/** Takes pieces together until `next` finds a whole message in them; `next(buffer)` is its length, or undefined. */
class Pieces {
  #left = Buffer.alloc(0);

  *take(piece, lengthOf) {
    this.#left = this.#left.length === 0 ? piece : Buffer.concat([this.#left, piece]);
    for (;;) {
      const length = lengthOf(this.#left);
      if (length === undefined || length > this.#left.length) return;
      yield this.#left.subarray(0, length);
      this.#left = this.#left.subarray(length);
    }
  }
}

const short = (sql) => sql.replaceAll(/\s+/g, ' ').trim().slice(0, 70);

/** PostgreSQL: a plain query is one request, and so is everything up to a Sync. */
function postgresReader() {
  const pieces = new Pieces();
  let begun = false;
  let parsed = '';
  const lengthOf = (buffer) => {
    const at = begun ? 1 : 0;
    return buffer.length < at + 4 ? undefined : at + buffer.readInt32BE(at);
  };
  return (piece) => {
    const names = [];
    for (const message of pieces.take(piece, lengthOf)) {
      const type = begun ? String.fromCharCode(message[0]) : 'startup';
      // Only a request for encryption (code 80877103) is followed by another message without a type.
      if (type === 'startup') begun = message.readInt32BE(4) !== 80_877_103;
      if (type === 'P') parsed = message.toString('utf8', 5).split('\0')[1];
      if (type === 'Q') names.push(short(message.toString('utf8', 5, message.length - 1)));
      if (type === 'S') names.push(short(parsed));
      if (type === 'startup' || type === 'p') names.push('sign-in');
    }
    return names;
  };
}

/** Redis: an array of strings is one command. */
function redisReader() {
  const pieces = new Pieces();
  let parts = [];
  const lengthOf = (buffer) => {
    parts = [];
    const line = (from) => {
      const end = buffer.indexOf('\r\n', from);
      return end < 0 ? undefined : { value: Number(buffer.toString('latin1', from + 1, end)), next: end + 2 };
    };
    const head = line(0);
    if (!head) return undefined;
    let at = head.next;
    for (let index = 0; index < head.value; index += 1) {
      const part = line(at);
      if (!part || part.next + part.value + 2 > buffer.length) return undefined;
      parts.push(buffer.toString('latin1', part.next, part.next + Math.min(part.value, 60)));
      at = part.next + part.value + 2;
    }
    return at;
  };
  return (piece) => {
    const names = [];
    for (const _message of pieces.take(piece, lengthOf)) names.push(redisName(parts));
    return names;
  };
}

function redisName([command = '', ...rest]) {
  const name = command.toUpperCase();
  if (name === 'EVALSHA') return `${name} ${rest[0].slice(0, 8)} on ${kindOf(rest[2])}`;
  return name === 'EVAL' ? `${name} (a script as text)` : `${name} ${kindOf(rest.find((part) => part.includes(':')))}`.trim();
}
/** A key without what makes it one of many. */
const kindOf = (key = '') => key.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '*').slice(0, 40);

const KAFKA = { 0: 'Produce', 1: 'Fetch', 2: 'ListOffsets', 3: 'Metadata', 8: 'OffsetCommit', 9: 'OffsetFetch', 10: 'FindCoordinator', 11: 'JoinGroup', 12: 'Heartbeat', 13: 'LeaveGroup', 14: 'SyncGroup', 17: 'SaslHandshake', 18: 'ApiVersions', 19: 'CreateTopics', 32: 'DescribeConfigs' };

function kafkaReader() {
  const pieces = new Pieces();
  const lengthOf = (buffer) => (buffer.length < 6 ? undefined : 4 + buffer.readInt32BE(0));
  return (piece) => [...pieces.take(piece, lengthOf)].map((message) => KAFKA[message.readInt16BE(4)] ?? `request ${message.readInt16BE(4)}`);
}

/** HTTP/1.1: a head at the beginning of a piece, which is where clients put it. */
function httpReader() {
  return (piece) => {
    const [, method, path] = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/.exec(piece.toString('latin1', 0, 2_000)) ?? [];
    return method === undefined ? [] : [`${method} ${path.replace(/\?.*/, '').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|([0-9a-f]{2}\/)?[0-9a-f]{32,}/g, '*').slice(0, 60)}`];
  };
}

export const READERS = { postgres: postgresReader, redis: redisReader, kafka: kafkaReader, http: httpReader };
