import { describe, expect, it } from 'vitest';
import { examineRedis } from './examine-redis.js';
import { toRedisProblem } from './redis-problem.js';

const info = (fields: Record<string, string> = {}): string => {
  const all = { redis_version: '7.2.4', role: 'master', maxmemory_policy: 'noeviction', aof_enabled: '1', cluster_enabled: '0', ...fields };
  return `# Server\r\n${Object.entries(all).map(([name, value]) => `${name}:${value}`).join('\r\n')}\r\n`;
};
const refusal = (fields: Record<string, string>): unknown => {
  try {
    return examineRedis(info(fields), '');
  } catch (thrown) {
    return thrown;
  }
};

describe('examineRedis', () => {
  it('takes a server that keeps everything, and Valkey, which names the version of Redis that it follows', () => {
    expect(examineRedis(info(), '')).toEqual([]);
    expect(examineRedis(info({ redis_version: '6.2.0' }), null)).toEqual([]);
    expect(examineRedis(info({ redis_version: '10.0.1' }), null)).toEqual([]);
  });

  it('refuses what would lose jobs, and says what mends it', () => {
    expect(refusal({ redis_version: '6.0.16' })).toMatchObject({ code: 'redis.too_old', message: expect.stringContaining('6.0.16') as string });
    expect(refusal({ redis_version: '5.2.0' })).toMatchObject({ code: 'redis.too_old' });
    expect(refusal({ maxmemory_policy: 'allkeys-lru' })).toMatchObject({ code: 'redis.eviction', message: expect.stringContaining('CONFIG SET maxmemory-policy noeviction') as string });
    expect(refusal({ role: 'slave' })).toMatchObject({ code: 'redis.replica' });
    expect(refusal({ cluster_enabled: '1' })).toMatchObject({ code: 'redis.cluster' });
  });

  it('tells of a server that keeps nothing, or not everything, on its disk', () => {
    expect(examineRedis(info({ aof_enabled: '0' }), '')[0]).toMatch(/keeps nothing on its disk.*CONFIG SET appendonly yes/);
    expect(examineRedis(info({ aof_enabled: '0' }), '3600 1')[0]).toMatch(/only from time to time.*CONFIG SET appendonly yes/);
    expect(examineRedis(info({ aof_enabled: '0' }), null)).toHaveLength(1);
  });
});

describe('toRedisProblem', () => {
  it.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", 'redis.full'],
    ['MISCONF Redis is configured to save RDB snapshots', 'redis.not_persisting'],
    ["READONLY You can't write against a read only replica.", 'redis.replica'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'redis.wrong_password'],
    ["NOPERM User kontor has no permissions to run the 'evalsha' command", 'redis.forbidden'],
    ['Connection is closed.', 'queue.unreachable'],
    ['LOADING Redis is loading the dataset in memory', 'queue.unreachable'],
  ])('reads %s', (message, code) => {
    expect(toRedisProblem(new Error(message))).toMatchObject({ code, status: 503, retry: 'later' });
  });

  it('keeps the cause out of a refused sign-in, because the driver puts the password there', () => {
    const thrown = Object.assign(new Error('WRONGPASS invalid'), { command: { name: 'hello', args: ['3', 'AUTH', 'default', 'secret-4711'] } });
    expect((toRedisProblem(thrown) as Error).cause).toBeUndefined();
  });
});
