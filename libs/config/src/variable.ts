import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { Secret } from './secret.js';

/** How the text of a variable becomes a value, and the rule in words that an error and the reference show. */
export interface Kind<Value> {
  schema: z.ZodType<Value, string>;
  rule: string;
}

export interface Variable<Value> extends Kind<Value> {
  name: `KONTOR_${string}`;
  meaning: string;
  /** What counts when the variable is not set: a value, or words for what the machine or other variables decide. */
  fallback: { value: Value } | { words: string };
}

export type Slice = Readonly<Record<string, Variable<unknown>>>;
type ValueOf<Entry> = Entry extends Variable<infer Value> ? (Entry extends { fallback: { value: unknown } } ? Value : Value | undefined) : never;
export type SliceValue<Entries extends Slice> = { readonly [Key in keyof Entries]: ValueOf<Entries[Key]> };

/** A variable with a documented default. */
export function variable<Value>(name: Variable<Value>['name'], kind: Kind<Value>, value: NoInfer<Value>, meaning: string): Variable<Value> & { fallback: { value: Value } } {
  return { ...kind, name, meaning, fallback: { value } };
}

/** A variable whose default follows from something else; `words` say from what. */
export function derived<Value>(name: Variable<Value>['name'], kind: Kind<Value>, words: string, meaning: string): Variable<Value> & { fallback: { words: string } } {
  return { ...kind, name, meaning, fallback: { words } };
}

export function wholeNumber(min: number, max: number): Kind<number> {
  const schema = z.string().regex(/^\d{1,15}$/).transform(Number).pipe(z.number().min(min).max(max));
  return { schema, rule: `must be a whole number from ${min} to ${max}` };
}

/** Of one, such as 0.1 for a tenth. */
export const share: Kind<number> = {
  schema: z.string().regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/).transform(Number),
  rule: 'must be a share from 0 to 1, such as 0.1',
};

export function oneOf<const Option extends string>(options: readonly Option[]): Kind<Option> {
  return { schema: z.enum(options), rule: `must be one of ${options.join(', ')}` };
}

export const onOff: Kind<boolean> = {
  schema: z.enum(['on', 'off']).transform((value) => value === 'on'),
  rule: 'must be on or off',
};

const splitList = (value: string): string[] => value.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');

export function listOf<const Option extends string>(options: readonly Option[]): Kind<readonly Option[]> {
  const schema = z.string().transform(splitList).pipe(z.array(z.enum(options)).min(1).refine((list) => new Set(list).size === list.length));
  return { schema, rule: `must be a list of ${options.join(', ')}, separated by commas, each at most once` };
}

export const hostNames: Kind<readonly string[]> = {
  schema: z.string().transform(splitList).pipe(z.array(z.string().toLowerCase().regex(/^[a-z0-9.-]+(:\d+)?$|^\[[0-9a-f:]+\](:\d+)?$/)).max(100)),
  rule: 'must be host names, each with or without a port, separated by commas',
};

export const brokerNames: Kind<readonly string[]> = {
  schema: z.string().transform(splitList).pipe(z.array(z.string().regex(/^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}$/)).min(1).max(100)),
  rule: 'must be host names with their ports, separated by commas, such as kafka-1:9092,kafka-2:9092',
};

export const webAddress: Kind<string> = {
  schema: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  rule: 'must be an http or https address',
};

/** The root of a server with an OpenAI-compatible API, whether it was written with `/v1` or without. A name and password in it would be seen in errors. */
export const chatServerAddress: Kind<string> = {
  schema: z.url({ protocol: /^https?$/ }).refine((url) => /^[^?#]*$/.test(url) && !URL.parse(url)?.username && !URL.parse(url)?.password).transform((url) => url.replace(/\/+$/, '').replace(/\/v1$/, '')),
  rule: 'must be an http or https address without a name, a password or a query',
};

const kept = (value: string): Secret => new Secret(value);

/** What may stand in an HTTP header. */
export const serverKey: Kind<Secret> = { schema: z.string().max(4_096).regex(/^[\x21-\x7e]+$/).transform(kept), rule: 'must be letters, digits and signs without a space, at most 4096' };

/** With the password in it. Its host may be a folder of sockets, which no other kind of address allows. */
export const databaseAddress: Kind<Secret> = { schema: z.string().max(4_096).regex(/^postgres(ql)?:\/\/\S+$/).transform(kept), rule: 'must be an address that begins with postgres://' };

export const redisAddress: Kind<Secret> = { schema: z.string().max(4_096).regex(/^rediss?:\/\/\S+$/).refine(URL.canParse).transform(kept), rule: 'must be an address that begins with redis:// or rediss://' };

/** The folder need not exist yet; a relative path counts from where Kontor was started. */
export const folder: Kind<string> = {
  schema: z.string().max(4_096).refine((path) => !path.includes('\0')).transform((path) => (isAbsolute(path) ? path : resolve(path))),
  rule: 'must be the path of a folder, at most 4096 characters',
};

/** What Kafka allows in a topic's name, short enough to leave room for what follows. */
export const topicPrefix: Kind<string> = { schema: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/), rule: 'must be letters, digits and . _ -, at most 100' };
export const file: Kind<string> = { schema: folder.schema, rule: 'must be the path of a file, at most 4096 characters' };

export const name: Kind<string> = { schema: z.string().regex(/^[\w.:/-]{1,200}$/), rule: 'must be a name of letters, digits and . : / - _, at most 200' };
export const host: Kind<string> = { schema: z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/), rule: 'must be a host name or an IP address' };

export const bucketName: Kind<string> = { schema: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/), rule: 'must be the name of a bucket: 3 to 63 small letters, digits, dots and hyphens' };

/** Long enough that nobody guesses it. */
export const longSecret: Kind<Secret> = { schema: z.string().regex(/^\S{32,1024}$/).transform(kept), rule: 'must be 32 to 1024 characters without spaces' };
export const account: Kind<string> = { schema: z.string().regex(/^\S{1,1024}$/), rule: 'must be text without spaces, at most 1024 characters' };
export const secret: Kind<Secret> = { schema: account.schema.transform(kept), rule: account.rule };
