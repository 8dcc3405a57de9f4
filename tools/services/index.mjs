export { reasonToSkip } from './availability.mjs';
export { startKafka } from './kafka.mjs';
export { freePort } from './ports.mjs';
export { startPostgres } from './postgres.mjs';
export { startProxy } from './proxy.mjs';
export { startRedis } from './redis.mjs';
export { startS3 } from './s3.mjs';
export { mountSmallDisk } from './small-disk.mjs';
