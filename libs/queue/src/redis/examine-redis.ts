import { AppError } from '@kontor/kernel';

const VERSION_MIN = [6, 2];

/** The fields of an `INFO` reply. */
function fieldsOf(info: string): Map<string, string> {
  return new Map(info.split(/\r?\n/).flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return line.startsWith('#') || colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
  }));
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < VERSION_MIN[0]! || (major === VERSION_MIN[0] && minor < VERSION_MIN[1]!);
}

/**
 * Whether a server keeps what Kontor gives it, from its `INFO`.
 *
 * @param savePoints the setting `save`; null where the server does not tell it
 * @returns what an operator should know though it stops nothing
 * @throws AppError where jobs or answers could be lost, with the statement that mends it
 */
export function examineRedis(info: string, savePoints: string | null): string[] {
  const fields = fieldsOf(info);
  const of = (name: string): string => fields.get(name) ?? '';
  const version = of('redis_version');
  if (isOlder(version)) throw new AppError('redis.too_old', { message: `Kontor needs Redis 6.2 or newer, or Valkey; this one is ${version || 'of an unknown version'}. Upgrade the server.`, details: { version } });
  if (of('cluster_enabled') === '1') throw new AppError('redis.cluster', { message: 'KONTOR_REDIS_URL leads to a Redis Cluster, which Kontor does not use: one primary carries far more than its queues. Name a server without cluster mode.' });
  if (of('role') === 'slave') throw new AppError('redis.replica', { message: 'KONTOR_REDIS_URL leads to a replica, which takes nothing new. Name the primary.' });
  const policy = of('maxmemory_policy');
  if (policy !== '' && policy !== 'noeviction') {
    const message = `Redis throws jobs away when its memory is full (maxmemory-policy ${policy}). Run CONFIG SET maxmemory-policy noeviction, and put the line "maxmemory-policy noeviction" into redis.conf. Share no server with a cache.`;
    throw new AppError('redis.eviction', { message, details: { policy } });
  }
  if (of('aof_enabled') === '1') return [];
  if (savePoints === null) return ['Redis does not write each change to its disk (appendonly no): a crash of the server loses jobs. Kontor may not read whether it takes snapshots.'];
  const consequence = savePoints === '' ? 'keeps nothing on its disk, so a restart of the server loses every job and answer under way' : 'writes to its disk only from time to time, so a crash of the server loses the jobs since then';
  return [`Redis ${consequence}. Run CONFIG SET appendonly yes, and put the line "appendonly yes" into redis.conf.`];
}
