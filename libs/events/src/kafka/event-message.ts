import { EVENT_VERSION, EventMessage, events, isEventType, type EventType, type KontorEvent } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { TENANT_HEADER } from './tenant-partitioner.js';

/** The largest event in bytes. Events name what happened, they do not carry it. */
export const EVENT_BYTES_MAX = 262_144;

export const TYPE_HEADER = 'kontor-type';
/** W3C's name for the trace that a message belongs to. */
export const TRACE_HEADER = 'traceparent';

export interface OutgoingMessage {
  key: string;
  value: Buffer;
  headers: Record<string, string>;
}

/** The same tenant and aggregate go to the same partition, which keeps their order. */
const keyOf = (event: KontorEvent): string => `${event.tenant}/${event.aggregate}`;

/** @throws AppError `event.invalid_payload`, `event.too_large`: it could never be published */
export function encode(event: KontorEvent): OutgoingMessage {
  const payload = events[event.type]?.safeParse(event.payload);
  if (!payload?.success) throw new AppError('event.invalid_payload', { message: `The payload does not fit the event "${event.type}".`, details: { id: event.id } });
  const { id, tenant, aggregate, type, createdAt } = event;
  const value = Buffer.from(JSON.stringify({ version: EVENT_VERSION, id, tenant, aggregate, type, payload: payload.data, createdAt }));
  if (value.length > EVENT_BYTES_MAX) {
    throw new AppError('event.too_large', { message: `The event "${type}" is larger than an event may be.`, details: { id, sizeBytes: value.length, sizeBytesMax: EVENT_BYTES_MAX } });
  }
  return { key: keyOf(event), value, headers: { [TYPE_HEADER]: type, [TENANT_HEADER]: tenant } };
}

/**
 * Reads a message for a consumer of `listened` types. Null where it is a sound event of another type: a newer version of
 * Kontor may announce what this one does not know.
 *
 * @throws AppError `event.garbage`, `event.other_version`, `event.invalid_payload`: it never becomes readable by waiting
 */
export function decode(value: Buffer | null, listened: ReadonlySet<EventType>): KontorEvent | null {
  const content = parseJson(value);
  const version = (content as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version !== EVENT_VERSION) {
    throw new AppError('event.other_version', { message: `The message has version ${version}, and this Kontor reads version ${EVENT_VERSION}. Replay it with a Kontor that reads its version.` });
  }
  const message = EventMessage.safeParse(content);
  if (!message.success) throw new AppError('event.garbage', { message: `The message is no event of Kontor: ${fieldsOf(message.error.issues)}.` });
  const { version: _version, type, payload, ...envelope } = message.data;
  if (!isEventType(type) || !listened.has(type)) return null;
  const parsed = events[type].safeParse(payload);
  if (!parsed.success) throw new AppError('event.invalid_payload', { message: `The payload does not fit the event "${type}": ${fieldsOf(parsed.error.issues)}.` });
  return { ...envelope, type, payload: parsed.data };
}

function parseJson(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString('utf8') ?? '') as unknown;
  } catch {
    throw new AppError('event.garbage', { message: 'The message is no JSON.' });
  }
}

/** Names fields and never what stands in them. */
const fieldsOf = (issues: readonly { path: PropertyKey[]; code?: string | undefined }[]): string => issues.map(({ path, code }) => `${path.map(String).join('.') || 'message'} (${code ?? 'invalid'})`).join(', ');
