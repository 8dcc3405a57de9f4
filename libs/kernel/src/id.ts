const COUNTER_MAX = 0xfff;

let latestMs = 0;
let counter = 0;

/**
 * A UUID of version 7 (RFC 9562): its first 48 bits are the time in milliseconds, so ids sort by creation
 * and new rows land at the end of an index. Of one process they sort strictly: within a millisecond the next 12 bits count
 * (method 1 of the RFC's section 6.2), or two events of one moment would be published in either order. `now` sets the time.
 */
export function newId(now?: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const timeMs = now ?? advance(bytes[7]!);
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(timeMs / 2 ** (8 * (5 - i))) & 0xff;
  if (now === undefined) [bytes[6], bytes[7]] = [counter >> 8, counter & 0xff];
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The time of the next id. A clock that stands or goes back is overtaken by counting. */
function advance(start: number): number {
  const nowMs = Date.now();
  if (nowMs > latestMs) [latestMs, counter] = [nowMs, start];
  else if (counter < COUNTER_MAX) counter += 1;
  else [latestMs, counter] = [latestMs + 1, 0];
  return latestMs;
}
