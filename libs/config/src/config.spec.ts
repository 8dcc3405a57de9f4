import { AppError } from '@kontor/kernel';
import { describe, expect, it } from 'vitest';
import { inspect } from 'node:util';
import { describeConfiguration, isLoopback, isPrivateAddress, loadConfig } from './index.js';

const linux = { platform: 'linux', userDirectory: '/people/ada', processors: 2 } as const;

function problemsOf(env: Record<string, string>): AppError {
  try {
    loadConfig(env, linux);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('the configuration was accepted');
}

describe('loadConfig', () => {
  it('starts from an empty environment with the documented defaults', () => {
    const config = loadConfig({}, linux);
    expect(config.http).toEqual({ host: '127.0.0.1', port: 7700, bodyBytesMax: 1_048_576, allowedHosts: [] });
    expect(config.home.directory).toBe('/people/ada/.local/share/kontor');
    expect(config.store.directory).toBe('/people/ada/.local/share/kontor/data');
    expect(config.models.sources).toEqual(['hub', 'mirror', 'local']);
    expect(config.models.chatModel).toBeUndefined();
    expect(config.ingestion).toMatchObject({ embedThreads: 2, fileBytesMax: 104_857_600 });
    expect(config.inference.firstWordMs).toBe(12_000);
    expect(config.log).toEqual({ level: 'info', text: false });
  });

  it('takes what the environment says', () => {
    const config = loadConfig({ KONTOR_HOME: '/srv/kontor', KONTOR_PORT: '0', KONTOR_MODEL_SOURCES: 'local, mirror', KONTOR_HUB_URL: 'http://hub.example:8080/', KONTOR_MODEL_PULL: 'off' }, linux);
    expect(config.store.directory).toBe('/srv/kontor/data');
    expect(config.http.port).toBe(0);
    expect(config.models).toMatchObject({ sources: ['local', 'mirror'], hubUrl: 'http://hub.example:8080', pull: false });
  });

  it('uses the data folder of the platform', () => {
    expect(loadConfig({ XDG_DATA_HOME: '/xdg' }, linux).home.directory).toBe('/xdg/kontor');
    expect(loadConfig({}, { ...linux, platform: 'darwin' }).home.directory).toContain('Application Support');
    expect(loadConfig({ LOCALAPPDATA: '/local' }, { ...linux, platform: 'win32' }).home.directory).toBe('/local/Kontor');
  });

  it('counts an empty variable as not set', () => {
    expect(loadConfig({ KONTOR_PORT: '', KONTOR_HOST: ' ' }, linux).http).toMatchObject({ host: '127.0.0.1', port: 7700 });
  });

  it('tells every problem at once, by variable and rule', () => {
    const error = problemsOf({ KONTOR_PORT: '70000', KONTOR_LOG_LEVEL: 'loud', KONTOR_MODEL_SOURCES: 'hub,hub' });
    expect(error.code).toBe('config.invalid');
    expect(error.message).toContain('KONTOR_PORT must be a whole number from 0 to 65535');
    expect(error.details.problems).toHaveLength(3);
  });

  it('never shows the value of a wrong variable, which may be a secret', () => {
    const error = problemsOf({ KONTOR_HUB_URL: 'token-4711@nowhere', KONTOR_EMBEDDER: 'pass word-4711' });
    expect(JSON.stringify([error.message, error.details])).not.toContain('4711');
  });

  it('wants both halves of the credentials of the blob store, or none', () => {
    expect(loadConfig({ KONTOR_S3_BUCKET: 'kontor', KONTOR_S3_ENDPOINT: 'http://blobs.example:9000' }, linux).s3).toMatchObject({ bucket: 'kontor', endpoint: 'http://blobs.example:9000', region: 'us-east-1' });
    expect(problemsOf({ KONTOR_S3_ACCESS_KEY: 'a-4711' }).message).toMatch(/KONTOR_S3_SECRET_KEY must be set/);
    expect(problemsOf({ KONTOR_S3_SECRET_KEY: 'a-4711' }).message).toMatch(/KONTOR_S3_ACCESS_KEY must be set/);
    expect(problemsOf({ KONTOR_S3_BUCKET: 'Not A Bucket' }).message).toContain('KONTOR_S3_BUCKET must be the name of a bucket');
  });

  it('takes brokers and sign-in of Kafka, and refuses half of a sign-in without showing it', () => {
    const whole = { KONTOR_KAFKA_BROKERS: 'a:9092, [::1]:9093', KONTOR_KAFKA_TLS: 'on', KONTOR_KAFKA_SASL: 'scram-sha-512', KONTOR_KAFKA_ACCOUNT: 'kontor', KONTOR_KAFKA_PASSWORD: 'word-4711' };
    const { kafka } = loadConfig(whole, linux);
    expect(kafka).toMatchObject({ brokers: ['a:9092', '[::1]:9093'], tls: true, saslMechanism: 'scram-sha-512', topicPrefix: 'kontor' });
    expect(kafka.saslPassword?.reveal()).toBe('word-4711');
    expect(problemsOf({ ...whole, KONTOR_KAFKA_ACCOUNT: '' }).message).toContain('KONTOR_KAFKA_ACCOUNT must be set, because KONTOR_KAFKA_SASL is');
    const error = problemsOf({ KONTOR_KAFKA_BROKERS: 'a', KONTOR_KAFKA_PASSWORD: 'word-4711', KONTOR_KAFKA_CA_FILE: '/ca.pem' });
    expect(error.details.problems).toMatchObject([{ variable: 'KONTOR_KAFKA_BROKERS' }, { variable: 'KONTOR_KAFKA_SASL' }, { variable: 'KONTOR_KAFKA_TLS' }]);
    expect(JSON.stringify([error.message, error.details])).not.toContain('4711');
  });

  it('is frozen all the way down', () => {
    const config = loadConfig({}, linux);
    expect(() => Object.assign(config.http, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config.models.sources, ['local'])).toThrow(TypeError);
  });

  it('names variables that it does not know', () => {
    expect(loadConfig({ KONTOR_PROT: '1', KONTOR_CORPORA: '/c', PATH: '/bin' }, linux).unknownVariables).toEqual(['KONTOR_PROT']);
  });
});

describe('demo', () => {
  it('is on for loopback only, and off as soon as there is a real sign-in', () => {
    expect(loadConfig({}, linux).demo.enabled).toBe(true);
    expect(loadConfig({ KONTOR_DEMO: 'off' }, linux).demo.enabled).toBe(false);
    expect(loadConfig({ KONTOR_HOST: '0.0.0.0' }, linux).demo.enabled).toBe(false);
    expect(loadConfig({}, { ...linux, realSignIn: true }).demo.enabled).toBe(false);
  });

  it('cannot be switched on where others can reach it', () => {
    expect(problemsOf({ KONTOR_HOST: '0.0.0.0', KONTOR_DEMO: 'on' }).message).toContain('KONTOR_DEMO may be on only where KONTOR_HOST is a loopback address');
  });
});

describe('traces', () => {
  it('take a share, and go outside the house only without text', () => {
    expect(loadConfig({}, linux).traces).toEqual({ url: undefined, sample: 1, text: false });
    expect(['0', '0.05', '1', '1.0'].map((share) => loadConfig({ KONTOR_TRACES_SAMPLE: share }, linux).traces.sample)).toEqual([0, 0.05, 1, 1]);
    for (const share of ['1.1', '-0.1', '10%', '.5', '1e-3']) expect(problemsOf({ KONTOR_TRACES_SAMPLE: share }).message).toContain('KONTOR_TRACES_SAMPLE must be a share');
    const outside = { KONTOR_TRACES_URL: 'https://traces.example.com' };
    expect(loadConfig(outside, linux).traces.url).toBe('https://traces.example.com');
    expect(problemsOf({ ...outside, KONTOR_TRACES_TEXT: 'on' }).message).toMatch(/KONTOR_TRACES_URL lies outside the house.*KONTOR_TRACES_TEXT=off/);
    expect(loadConfig({ KONTOR_TRACES_URL: 'http://10.0.0.7:4318', KONTOR_TRACES_TEXT: 'on' }, linux).traces.text).toBe(true);
  });
});

describe('chat server', () => {
  const url = (KONTOR_CHAT_URL: string, more: Record<string, string> = {}) => loadConfig({ KONTOR_CHAT_URL, ...more }, linux).chatServer.url;

  it('may be written with /v1 or without', () => {
    expect(['http://gpu1:8000', 'http://gpu1:8000/v1', 'http://gpu1:8000/v1/'].map((one) => url(one))).toEqual(Array(3).fill('http://gpu1:8000'));
    expect(url('https://gate.internal/models/v1')).toBe('https://gate.internal/models');
  });

  it('stands outside the house only where that was said in as many words', () => {
    expect(problemsOf({ KONTOR_CHAT_URL: 'https://api.example.com/v1' }).message).toMatch(/KONTOR_CHAT_URL lies outside the house.*KONTOR_CHAT_URL_EXTERNAL=on/);
    expect(url('https://api.example.com/v1', { KONTOR_CHAT_URL_EXTERNAL: 'on' })).toBe('https://api.example.com');
  });

  it('has no password in its address, which errors would show', () => {
    expect(problemsOf({ KONTOR_CHAT_URL: 'http://kontor:4711@gpu1:8000' }).message).toContain('KONTOR_CHAT_URL must be');
    expect(problemsOf({ KONTOR_CHAT_URL: 'http://gpu1:8000/v1?key=4711' }).message).toContain('KONTOR_CHAT_URL must be');
  });

  it('has a key that nothing prints, whole or as part of the configuration', () => {
    const config = loadConfig({ KONTOR_CHAT_KEY: 'sk-4711' }, linux);
    expect(config.chatServer.key?.reveal()).toBe('sk-4711');
    expect([JSON.stringify(config), inspect(config, { depth: 9, showHidden: true }), `${String(config.chatServer.key)}`].join()).not.toContain('4711');
    expect(problemsOf({ KONTOR_CHAT_KEY: 'sk 4711' }).message).not.toContain('4711');
  });
});

describe('passwords and keys', () => {
  const long = 'x'.repeat(32);
  const set = {
    KONTOR_OPERATOR_TOKEN: `${long}-4711`, KONTOR_SESSION_KEY: `${long}-4711`, KONTOR_REDIS_URL: 'rediss://kontor:4711@cache.firm:6379/0',
    KONTOR_DATABASE_URL: 'postgres://kontor:4711@db.firm/kontor', KONTOR_SEARCH_DATABASE_URL: 'postgres://kontor:4711@standby.firm/kontor', KONTOR_DATABASE_OWNER_URL: 'postgres://owner:4711@db.firm/kontor',
    KONTOR_S3_ACCESS_KEY: 'AKIA', KONTOR_S3_SECRET_KEY: '4711', KONTOR_KAFKA_SASL: 'plain', KONTOR_KAFKA_ACCOUNT: 'kontor', KONTOR_KAFKA_PASSWORD: '4711', KONTOR_CHAT_KEY: 'sk-4711',
  };

  it('are shown by nothing that prints or serialises the configuration or a part of it', () => {
    const config = loadConfig(set, linux);
    const parts = [config, ...Object.values(config).filter((part) => typeof part === 'object')];
    const printed = parts.flatMap((part) => [JSON.stringify(part), inspect(part, { depth: 9, showHidden: true }), ...Object.values(part as object).map(String)]);
    expect(printed.join()).not.toContain('4711');
    expect(JSON.stringify(describeConfiguration(config))).not.toContain('4711');
  });

  it('are what was set, for whoever signs in with them', () => {
    const { services, database, s3, kafka } = loadConfig(set, linux);
    expect([services.operatorToken, services.sessionKey, services.redisUrl, services.databaseUrl, services.searchDatabaseUrl, database.ownerUrl, s3.secretKey, kafka.saslPassword].map((one) => one?.reveal())).toEqual(
      [set.KONTOR_OPERATOR_TOKEN, set.KONTOR_SESSION_KEY, set.KONTOR_REDIS_URL, set.KONTOR_DATABASE_URL, set.KONTOR_SEARCH_DATABASE_URL, set.KONTOR_DATABASE_OWNER_URL, '4711', '4711'],
    );
  });
});

describe('isPrivateAddress', () => {
  it.each(['localhost:1', '127.0.0.1', '2130706433', '[::1]:8000', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '[fd00::1]', '[::ffff:10.0.0.1]', 'gpu1:8000', 'vllm.internal', 'vllm.models.svc.cluster.local', 'a.localhost'])(
    'lets %s pass',
    (host) => expect(isPrivateAddress(`http://${host}`)).toBe(true),
  );

  it.each(['api.example.com', '8.8.8.8', '134744072', '172.32.0.1', '192.169.0.1', '169.254.169.254', '0.0.0.0', '[2001:db8::1]', '[::ffff:8.8.8.8]', 'ai.', 'localhost.example.com', 'internal.example.com', '127.example.com'])(
    'stops %s',
    (host) => expect(isPrivateAddress(`http://${host}`)).toBe(false),
  );
});

describe('isLoopback', () => {
  it('knows addresses that only this machine reaches', () => {
    expect(['localhost', '127.0.0.1', '127.8.0.1', '::1', '[::1]'].filter((host) => !isLoopback(host))).toEqual([]);
    expect(['0.0.0.0', '::', '127.example.com', '10.0.0.1'].filter(isLoopback)).toEqual([]);
  });
});

describe('a description of the configuration', () => {
  it('keeps what was set, and no secret of any kind', () => {
    const described = describeConfiguration(
      loadConfig({ KONTOR_PORT: '7701', KONTOR_DATABASE_URL: 'postgres://kontor:pa@ss/word@db.firm/kontor?password=hush', KONTOR_S3_BUCKET: 'originals', KONTOR_S3_ACCESS_KEY: 'AKIAHUSH', KONTOR_S3_SECRET_KEY: 'hush-hush' }),
    );
    expect(described).toMatchObject({ KONTOR_PORT: '7701', KONTOR_S3_BUCKET: 'originals', KONTOR_S3_SECRET_KEY: '(a secret, not kept)' });
    expect(JSON.stringify(described)).not.toMatch(/hush|HUSH|pa@ss|word@/);
    expect(described['KONTOR_DATABASE_URL']).toBe('postgres://(an address with an account, not kept)');
  });
});
