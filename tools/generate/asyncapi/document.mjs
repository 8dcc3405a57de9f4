import { stringify } from 'yaml';
import { z } from 'zod';
import { EVENT_VERSION, EventMessage, deadTopicOf, events, topicName, topics } from '../../../libs/contracts/dist/index.js';
import { defaults } from '../../../libs/config/dist/index.js';

const HEADERS = {
  type: 'object',
  required: ['kontor-consumer', 'kontor-topic', 'kontor-position', 'kontor-reason-code', 'kontor-reason', 'kontor-attempts', 'kontor-at'],
  properties: {
    'kontor-consumer': { type: 'string', description: 'Whose handler failed. A replay reaches this consumer and no other.' },
    'kontor-topic': { type: 'string' },
    'kontor-position': { type: 'string', description: 'Partition and offset in that topic, with a slash between.' },
    'kontor-reason-code': { type: 'string', description: 'A stable code, such as event.garbage or event.other_version.' },
    'kontor-reason': { type: 'string' },
    'kontor-attempts': { type: 'string', pattern: '^[0-9]+$' },
    'kontor-at': { type: 'string', format: 'date-time' },
  },
};

const nameOf = (type) => type.replace(/(^|\.)(\w)/g, (_, _dot, letter) => letter.toUpperCase());
const ref = (path) => ({ $ref: `#/${path}` });

/** The JSON schema of a zod schema, without the address of the dialect that AsyncAPI assumes anyway. */
function schemaOf(schema) {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}

function messageOf(type) {
  const envelope = schemaOf(EventMessage);
  return {
    name: type,
    contentType: 'application/json',
    headers: { type: 'object', properties: { 'kontor-type': { const: type }, 'kontor-tenant': { type: 'string', description: 'The tenant, so that a consumer may skip those of others unread.' }, traceparent: { type: 'string', description: 'Of the trace in which it was announced (W3C Trace Context), where one was.' } } },
    payload: { ...envelope, properties: { ...envelope.properties, type: { const: type }, payload: schemaOf(events[type]) } },
  };
}

function channelOf(kind) {
  const { aggregate, types } = topics[kind];
  return {
    address: topicName(defaults.kafka.topicPrefix, kind),
    description: `Keyed by tenant and aggregate, which is ${aggregate}: what happens to one comes in order, on one partition. Where KONTOR_KAFKA_TENANT_PARTITIONS says so, all of a tenant lies on so many neighbouring partitions.`,
    messages: Object.fromEntries(types.map((type) => [nameOf(type), ref(`components/messages/${nameOf(type)}`)])),
    bindings: { kafka: { partitions: defaults.kafka.partitions, topicConfiguration: { 'cleanup.policy': ['delete'] }, bindingVersion: '0.5.0' } },
  };
}

function deadChannelOf(kind) {
  const topic = topicName(defaults.kafka.topicPrefix, kind);
  return { address: deadTopicOf(topic), description: `What a consumer of ${topic} could not take, byte by byte as it came.`, messages: { DeadLetter: ref('components/messages/DeadLetter') } };
}

const operationOf = (kind) => ({ action: 'send', channel: ref(`channels/${kind}`), summary: `The event relay publishes ${topics[kind].types.join(' and ')}.` });

/** The AsyncAPI document of every event that Kontor publishes, as YAML. */
export function renderAsyncApi() {
  const kinds = Object.keys(topics);
  const each = (make, key = (kind) => kind) => Object.fromEntries(kinds.map((kind) => [key(kind), make(kind)]));
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Events of Kontor',
      version: `${EVENT_VERSION}.0.0`,
      description: `What has happened, for whoever wants to know. At least once: an event may come again, with the same id. Topics begin with what KONTOR_KAFKA_TOPIC_PREFIX says, here ${defaults.kafka.topicPrefix}. New fields are optional and new types may come; skip what you do not know.`,
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: { ...each(channelOf), ...each(deadChannelOf, (kind) => `${kind}Dead`) },
    operations: each(operationOf, (kind) => `publish${nameOf(kind)}`),
    components: { messages: { ...Object.fromEntries(Object.keys(events).map((type) => [nameOf(type), messageOf(type)])), DeadLetter: { name: 'dead letter', headers: HEADERS } } },
  };
  return `# Made by node tools/generate/asyncapi.mjs from libs/contracts; do not edit.\n${stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
