import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderAsyncApi } from './asyncapi/document.mjs';

const committed = readFileSync(new URL('../../docs/operating/events.asyncapi.yaml', import.meta.url), 'utf8');
const document = parse(committed);

/** Every `$ref` of a value. */
const refs = (value) => (value === null || typeof value !== 'object' ? [] : [...(typeof value.$ref === 'string' ? [value.$ref] : []), ...Object.values(value).flatMap(refs)]);
const resolve = (ref) => ref.slice(2).split('/').reduce((part, key) => part?.[key], document);

describe('docs/operating/events.asyncapi.yaml', () => {
  it('says what the registry says; else run node tools/generate/asyncapi.mjs', () => {
    expect(committed).toBe(renderAsyncApi());
  });

  it('refers to nothing that it does not hold, and sends every message through one channel', () => {
    expect(refs(document).filter((ref) => resolve(ref) === undefined)).toEqual([]);
    const sent = Object.values(document.operations).flatMap(({ channel }) => Object.keys(resolve(channel.$ref).messages));
    expect([...sent, 'DeadLetter'].sort()).toEqual(Object.keys(document.components.messages).sort());
  });

  it('describes a real event so that a validator takes it, and no other', () => {
    const { payload } = document.components.messages.DocumentRemoved;
    const validate = new Ajv({ strict: false, formats: { uuid: true, 'date-time': true } }).compile(payload);
    const event = { version: 1, id: '0198c5a0-0000-7000-8000-000000000000', tenant: 'home', aggregate: 'd', type: 'document.removed', payload: { corpusId: 'c', documentId: 'd' }, createdAt: '2026-03-01T10:00:00.000Z' };
    expect(validate(event)).toBe(true);
    expect(validate({ ...event, version: 2 })).toBe(false);
    expect(validate({ ...event, payload: { corpusId: 'c' } })).toBe(false);
    expect(validate({ ...event, type: 'document.indexed' })).toBe(false);
  });
});
