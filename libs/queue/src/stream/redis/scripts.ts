import { Script } from '../../redis/script.js';

/*
 * A stream is one Redis stream. The part with number n is the entry `n-0`, and the end after it is `n-1`, so the tail
 * alone tells how far a stream is and whether it has ended.
 */

/** Tells the number of the last part and whether the stream has ended: `last`, `ended`. */
const TAIL = `
local tail = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 16)
local last, ended = 0, false
if tail[1] then
  local number, kind = string.match(tail[1][1], '^(%d+)-(%d+)$')
  last, ended = tonumber(number), kind == '1'
end
`;

/**
 * KEYS: log. ARGV: part, token of this call, the last number that the caller knows, entries kept, TTL in seconds, the number
 * behind which it may stand or -1 for any.
 * A call that is made again after its reply was lost finds its token and adds nothing. A server that lost its newest
 * entries must not give their numbers to others: the caller knows better, and readers see the gap.
 * Returns the number, -1 after the end, or -2 where another part stands there.
 */
export const APPEND = new Script(`${TAIL}
for _, entry in ipairs(tail) do
  if entry[2][4] == ARGV[2] then return tonumber(string.match(entry[1], '^%d+')) end
end
if ended then return -1 end
if tonumber(ARGV[6]) >= 0 and last > tonumber(ARGV[6]) then return -2 end
local seq = string.format('%d', math.max(last, tonumber(ARGV[3])) + 1)
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], seq .. '-0', 'p', ARGV[1], 't', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return tonumber(seq)
`);

/** KEYS: log, stop. ARGV: the last number that the caller knows, TTL in seconds. */
export const END = new Script(`${TAIL}
last = math.max(last, tonumber(ARGV[1]))
redis.call('DEL', KEYS[2])
if ended or last == 0 then return 0 end
redis.call('XADD', KEYS[1], string.format('%d', last) .. '-1', 'e', '1')
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
`);

/** KEYS: log, stop. ARGV: TTL in seconds. Returns 1 where there is something to stop. */
export const REQUEST_STOP = new Script(`${TAIL}
if last == 0 or ended then return 0 end
if redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('XADD', KEYS[2], '1-0', 's', '1')
  redis.call('EXPIRE', KEYS[2], ARGV[1])
end
return 1
`);
