import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import type { AppError } from '@kontor/kernel';

const REASON_UNITS_MAX = 500;

/** Headers of a dead letter, and of an event that is replayed from one. */
export const header = {
  consumer: 'kontor-consumer',
  topic: 'kontor-topic',
  position: 'kontor-position',
  code: 'kontor-reason-code',
  reason: 'kontor-reason',
  attempts: 'kontor-attempts',
  at: 'kontor-at',
} as const;

/** Where a message was and why it did not go through. */
export interface DeadLetter {
  topic: string;
  /** Whose handler failed; a replay reaches this consumer and no other. */
  consumer: string;
  partition: number;
  offset: string;
  code: string;
  reason: string;
  attempts: number;
  at: string;
  key: string | null;
  value: string | null;
}

/** The message as it came, byte by byte, with the reason beside it. */
export function deadLetter(message: KafkaMessage, place: { topic: string; partition: number; consumer: string }, error: AppError, attempts: number): Message {
  return {
    key: message.key, value: message.value,
    headers: {
      [header.consumer]: place.consumer, [header.topic]: place.topic, [header.position]: `${place.partition}/${message.offset}`, [header.code]: error.code,
      [header.reason]: error.message.slice(0, REASON_UNITS_MAX), [header.attempts]: String(attempts), [header.at]: new Date().toISOString(),
    },
  };
}

export const readHeader = (headers: IHeaders | undefined, name: string): string | undefined => {
  const value = headers?.[name];
  return value === undefined ? undefined : String(Array.isArray(value) ? value[0] : value);
};

export function describeDeadLetter({ headers, key, value }: KafkaMessage): DeadLetter {
  const read = (name: string): string => readHeader(headers, name) ?? '';
  const [partition, offset] = read(header.position).split('/');
  return {
    topic: read(header.topic), consumer: read(header.consumer), partition: Number(partition), offset: offset ?? '', code: read(header.code), reason: read(header.reason),
    attempts: Number(read(header.attempts)), at: read(header.at), key: key?.toString() ?? null, value: value?.toString() ?? null,
  };
}
