import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { isLoopback } from './loopback.js';
import { isPrivateAddress } from './private-address.js';
import { type Environment, type Problem, readSlice, refuse } from './parse.js';
import { type SliceName, type Slices, slices } from './slices.js';
import type { SliceValue } from './variable.js';

/** What defaults depend on besides the environment. */
export interface Machine {
  platform: NodeJS.Platform;
  userDirectory: string;
  processors: number;
  /** True where the composition has a sign-in other than the demo's. */
  realSignIn: boolean;
}

type Read = { readonly [Name in SliceName]: SliceValue<Slices[Name]> };
/** A slice whose fallback in words was resolved. */
type Resolved<Part, Key extends keyof Part> = Omit<Part, Key> & { readonly [K in Key]-?: NonNullable<Part[K]> };

export interface Config extends Omit<Read, 'home' | 'store' | 'http' | 'ingestion' | 'demo'> {
  readonly home: Resolved<Read['home'], 'directory'>;
  readonly store: Resolved<Read['store'], 'directory'>;
  readonly http: Resolved<Read['http'], 'allowedHosts'>;
  readonly ingestion: Resolved<Read['ingestion'], 'embedThreads'>;
  readonly demo: Resolved<Read['demo'], 'enabled'>;
  /** Variables named `KONTOR_…` that Kontor does not know: most likely a slip of the pen. */
  readonly unknownVariables: readonly string[];
}

/** Read by the specs and by the set-up, which come before this code. */
const READ_ELSEWHERE = ['KONTOR_CORPORA', 'KONTOR_GPU'];

function platformDataFolder(env: Environment, machine: Machine): string {
  if (machine.platform === 'darwin') return join(machine.userDirectory, 'Library', 'Application Support', 'Kontor');
  if (machine.platform === 'win32') return join(env.LOCALAPPDATA ?? join(machine.userDirectory, 'AppData', 'Local'), 'Kontor');
  return join(env.XDG_DATA_HOME || join(machine.userDirectory, '.local', 'share'), 'kontor');
}

function demoEnabled(read: Read, machine: Machine, problems: Problem[]): boolean {
  // A wrong KONTOR_HOST was read as undefined and is among the problems already.
  const loopback = isLoopback(read.http.host ?? '');
  if (read.demo.enabled === undefined) return loopback && !machine.realSignIn;
  // The demo lets anyone be anyone: it must not be reachable from another machine, whoever asks for it.
  if (read.demo.enabled && !loopback) problems.push({ variable: 'KONTOR_DEMO', rule: 'may be on only where KONTOR_HOST is a loopback address' });
  return read.demo.enabled;
}

/** Half a sign-in would fail at the first connection, with less to go by. */
function checkKafka({ kafka }: Read, env: Environment, problems: Problem[]): void {
  const given = (variable: string): boolean => (env[variable] ?? '').trim() !== '';
  const needs = (variable: string, other: string): void => {
    if (given(variable) && !given(other)) problems.push({ variable: other, rule: `must be set, because ${variable} is` });
  };
  for (const credential of ['KONTOR_KAFKA_ACCOUNT', 'KONTOR_KAFKA_PASSWORD']) {
    needs('KONTOR_KAFKA_SASL', credential);
    needs(credential, 'KONTOR_KAFKA_SASL');
  }
  needs('KONTOR_KAFKA_CERTIFICATE_FILE', 'KONTOR_KAFKA_KEY_FILE');
  needs('KONTOR_KAFKA_KEY_FILE', 'KONTOR_KAFKA_CERTIFICATE_FILE');
  const encrypted = kafka.authorityFile ?? kafka.certificateFile;
  if (encrypted !== undefined && kafka.tls === false) problems.push({ variable: 'KONTOR_KAFKA_TLS', rule: 'must be on, because a certificate is given' });
}

/** No text leaves the house by a slip: an address outside must be allowed in as many words. */
function keepInHouse({ chatServer, traces }: Read, problems: Problem[]): void {
  if (traces.text && traces.url !== undefined && !isPrivateAddress(traces.url)) {
    problems.push({ variable: 'KONTOR_TRACES_URL', rule: 'lies outside the house, where questions and excerpts of documents would go: name a receiver on this machine or in a private network, or set KONTOR_TRACES_TEXT=off' });
  }
  if (chatServer.url === undefined || chatServer.external || isPrivateAddress(chatServer.url)) return;
  problems.push({ variable: 'KONTOR_CHAT_URL', rule: 'lies outside the house, where questions and excerpts of documents would go: name a server on this machine or in a private network, or set KONTOR_CHAT_URL_EXTERNAL=on' });
}

function unknownVariables(env: Environment): string[] {
  const known = new Set(Object.values(slices).flatMap((slice) => Object.values(slice).map((variable) => variable.name as string)));
  return Object.keys(env).filter((key) => key.startsWith('KONTOR_') && !known.has(key) && !READ_ELSEWHERE.includes(key));
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  return Object.freeze(value);
}

/**
 * Reads the configuration once, checks all of it, and freezes it.
 *
 * @example const config = loadConfig(); await startHttp(module, config.http);
 * @throws AppError `config.invalid` with every problem; it names variables and rules, never values.
 */
export function loadConfig(env: Environment = process.env, machine: Partial<Machine> = {}): Config {
  const here: Machine = { platform: process.platform, userDirectory: homedir(), processors: availableParallelism(), realSignIn: false, ...machine };
  const problems: Problem[] = [];
  const read = Object.fromEntries(Object.entries(slices).map(([key, slice]) => [key, readSlice(slice, env, problems)])) as unknown as Read;
  if ((read.s3.accessKey === undefined) !== (read.s3.secretKey === undefined)) {
    problems.push({ variable: read.s3.accessKey === undefined ? 'KONTOR_S3_ACCESS_KEY' : 'KONTOR_S3_SECRET_KEY', rule: 'must be set where the other of KONTOR_S3_ACCESS_KEY and KONTOR_S3_SECRET_KEY is' });
  }
  checkKafka(read, env, problems);
  const home = read.home.directory ?? platformDataFolder(env, here);
  const config: Config = {
    ...read,
    home: { directory: home },
    store: { directory: read.store.directory ?? join(home, 'data') },
    http: { ...read.http, allowedHosts: read.http.allowedHosts ?? [] },
    ingestion: { ...read.ingestion, embedThreads: read.ingestion.embedThreads ?? here.processors },
    demo: { enabled: demoEnabled(read, here, problems) },
    unknownVariables: unknownVariables(env),
  };
  keepInHouse(read, problems);
  refuse(problems);
  return deepFreeze(config);
}
