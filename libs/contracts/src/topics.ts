import { z } from 'zod';
import { events, type EventType } from './events.js';

/** Of the envelope and of every topic's name. Another one means that an older reader must not guess. */
export const EVENT_VERSION = 1;

/** The envelope of an event in a topic. Its payload is parsed with the schema of its type, by whoever listens to that type. */
export const EventMessage = z.object({
  version: z.literal(EVENT_VERSION),
  id: z.uuid(),
  tenant: z.string().min(1),
  aggregate: z.string().min(1),
  type: z.string().min(1),
  payload: z.unknown(),
  createdAt: z.iso.datetime(),
});
export type EventMessage = z.infer<typeof EventMessage>;

/**
 * One topic for each kind of aggregate, not for each event: all that happens to a document goes through one partition
 * of one topic, so that its order holds.
 */
export const topics = {
  document: { aggregate: 'the id of the document', types: ['document.indexed', 'document.removed'] },
  corpus: { aggregate: 'the id of the corpus', types: ['access.changed', 'generation.switched'] },
  conversation: { aggregate: 'the id of the conversation', types: ['question.asked', 'answer.finished', 'feedback.given'] },
  model: { aggregate: 'the kind of model', types: ['model.changed'] },
  audit: { aggregate: 'the id of the audited action', types: ['audit.recorded'] },
} as const satisfies Record<string, { aggregate: string; types: readonly EventType[] }>;
export type TopicKind = keyof typeof topics;

const kinds = Object.keys(topics) as TopicKind[];
const kindOf = new Map(kinds.flatMap((kind) => topics[kind].types.map((type): [EventType, TopicKind] => [type, kind])));

/** @example topicName('kontor', 'document') // kontor.document.v1 */
export const topicName = (prefix: string, kind: TopicKind): string => `${prefix}.${kind}.v${EVENT_VERSION}`;

/** Where what could not be handled waits, with its reason, to be replayed. */
export const deadTopicOf = (topic: string): string => `${topic}.dead`;

export const topicKindOf = (type: EventType): TopicKind => kindOf.get(type)!;

export const isEventType = (type: string): type is EventType => Object.hasOwn(events, type);
