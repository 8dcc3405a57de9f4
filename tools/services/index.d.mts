export type ServiceName = 'postgres' | 'redis' | 'kafka' | 's3';

/** A server process of this process on 127.0.0.1, in a folder of its own. It ends with this process, however that ends. */
export interface Server {
  readonly host: string;
  readonly port: number;
  /** Undefined after `kill()`. */
  readonly pid: number | undefined;
  readonly folder: string;
  /** Where in it the server keeps its data. */
  readonly data: string;
  /** The end of what the server printed. */
  readonly log: string;
  /** What a service of Kontor needs in its environment to find this server. */
  readonly variables: Readonly<Record<string, string>>;
  /** Ends it and all its processes at once (kill -9). */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, after `kill()` or after a proper end. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
  /** Lets it hang: connections stay, nothing is answered, until `resume()`. */
  pause(): void;
  resume(): void;
}

export interface ServerOptions {
  /** The port to take if it is free. */
  port?: number;
  /** Single lines of the server's configuration, for instance a wrong one. */
  settings?: Record<string, string>;
}

export interface PostgresServer extends Server {
  /** The database `kontor`, which has pgvector and no tables, as `kontor_service`, who may only sign in: `kontor migrate` comes first. */
  readonly url: string;
  /** The same as `kontor_owner`, who owns it and may make roles. */
  readonly ownerUrl: string;
  /** Any database as `kontor_service`, or as `kontor_owner` or the superuser `postgres`. */
  address(database: string, account?: string): string;
  /** Any database over a socket in the server's folder, where every account is let in without a password. */
  socketAddress(database: string, account?: string): string;
  /** Makes a database with pgvector, or a copy of `template`; returns its name. */
  createDatabase(options?: { name?: string; template?: string }): Promise<string>;
  /** Runs SQL as the superuser. */
  administer(sql: string, database?: string): Promise<Record<string, unknown>[]>;
  /** Starts a server that follows this one and can only be read. */
  startStandby(): Promise<StandbyServer>;
}

export interface StandbyServer extends Server {
  /** The database `kontor` as `kontor_service`. */
  readonly url: string;
  administer(sql: string, database?: string): Promise<Record<string, unknown>[]>;
}

export interface RedisServer extends Server {
  readonly url: string;
}

export interface KafkaServer extends Server {
  /** `host:port`, as a client's list of brokers. */
  readonly brokers: string;
}

export interface S3Server extends Server {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Starts it again with other keys, so that the former ones count no more; returns the new ones. */
  replaceKeys(): Promise<{ accessKey: string; secretKey: string }>;
}

/** PostgreSQL 18 with pgvector. */
export function startPostgres(options?: ServerOptions): Promise<PostgresServer>;
/** Redis or Valkey with an append-only file and `maxmemory-policy noeviction`. */
export function startRedis(options?: ServerOptions): Promise<RedisServer>;
/** One Kafka node. Clients are sent to `advertisedPort`, where a proxy may stand. Topics are not made by themselves. */
export function startKafka(options?: ServerOptions & { advertisedPort?: number }): Promise<KafkaServer>;
/** S3 with signatures checked; one bucket. */
export function startS3(options?: Omit<ServerOptions, 'settings'>): Promise<S3Server>;

/** Null where the server can be had here or in CI, else the sentence that says what is missing: for `describe.skipIf`. */
export function reasonToSkip(name: ServiceName | 'pgbouncer'): Promise<string | null>;

export interface SmallDisk {
  readonly point: string;
  /** Leaves so many bytes free, none by default. */
  fill(freeBytes?: number): void;
  free(): void;
  unmount(): void;
}

/** A disk in memory that a test may fill up, at `point` or in a folder of its own; null where this account may mount none. */
export function mountSmallDisk(options: { sizeMebibytes: number; point?: string; mode?: string; account?: { uid: number; gid: number } }): SmallDisk | null;

/** A port of 127.0.0.1 on which nothing listens. */
export function freePort(): Promise<number>;

export interface Proxy {
  readonly host: string;
  readonly port: number;
  /** Since the start, all connections together; sent is towards the server. */
  readonly counts: { readonly connections: number; readonly bytesSent: number; readonly bytesReceived: number };
  /** Connections that are open now. */
  readonly open: number;
  /** Resets every connection, and every new one as soon as it is made. */
  cut(): void;
  /** Lets every connection hang: nothing arrives, and nobody is told. */
  stall(): void;
  /** Every piece of data (at most 64 KiB) arrives so much later. */
  delay(ms: number): void;
  /** At most so many bytes a second pass in each direction of each connection. */
  halve(bytesPerSecond: number): void;
  /** Ends all harm. */
  heal(): void;
  stop(): Promise<void>;
}

/** A TCP proxy on 127.0.0.1, at `port` or at a free one. */
export function startProxy(options: { to: { host?: string; port: number }; port?: number; watch?: (connection: object, direction: 'sent' | 'received', piece: Buffer) => void }): Promise<Proxy>;
