import { describe, expect, it } from 'vitest';
import { readReply } from './read-reply.js';

const document = { text: 'Titel\n\nText', title: 'Titel', mediaType: 'text/plain', blocks: [{ kind: 'heading', level: 1, start: 0, end: 5 }, { kind: 'paragraph', start: 7, end: 11 }] };
const reply = (changes: object) => ({ id: 7, ok: true, document: { ...document, ...changes } });

describe('the reply of a child process', () => {
  it('is taken when it is sound', () => expect(readReply(reply({}), 7)).toEqual(reply({})));

  const forged: Record<string, unknown> = {
    'is of another file': { ...reply({}), id: 6 },
    'is no reply': 'ready',
    'has a range outside of the text': reply({ blocks: [{ kind: 'paragraph', start: 7, end: 12 }] }),
    'has ranges that overlap': reply({ blocks: [{ kind: 'paragraph', start: 0, end: 8 }, { kind: 'paragraph', start: 7, end: 11 }] }),
    'has an empty range': reply({ blocks: [{ kind: 'paragraph', start: 3, end: 3 }] }),
    'has a kind that is none': reply({ blocks: [{ kind: 'script', start: 0, end: 5 }] }),
    'carries text in the details of an error': { id: 7, ok: false, code: 'document.empty', details: { text: 'secret' } },
  };
  for (const [what, message] of Object.entries(forged)) {
    it(`is refused when it ${what}`, () => expect(() => readReply(message, 7)).toThrowError(expect.objectContaining({ code: 'document.crashed', retry: 'never' })));
  }
});
