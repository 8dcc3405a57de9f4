import { describe, expect, it } from 'vitest';
import { ServerEventParser, type ServerEvent } from './server-events.js';

const STREAM = 'id: 1\ndata: {"type":"start"}\n\n: heartbeat\n\nid: 2\ndata: Straße 😀\ndata: b\n\ndata: [DONE]\n\n';
const EVENTS = [
  { id: '1', data: '{"type":"start"}' },
  { id: '2', data: 'Straße 😀\nb' },
  { id: '2', data: '[DONE]' },
];
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const eventsOf = (text: string): ServerEvent[] => new ServerEventParser().push(bytesOf(text));

describe('ServerEventParser', () => {
  it('gives the same events wherever the network cuts the bytes, in a letter too', () => {
    for (const stream of [STREAM, STREAM.replaceAll('\n', '\r\n'), STREAM.replaceAll('\n', '\r')]) {
      const bytes = bytesOf(stream);
      for (let size = 1; size <= bytes.length; size += 1) {
        const parser = new ServerEventParser();
        const events: ServerEvent[] = [];
        for (let at = 0; at < bytes.length; at += size) events.push(...parser.push(bytes.subarray(at, at + size)));
        // A stream of bare carriage returns keeps its last one back: it cannot know what follows.
        if (stream.endsWith('\r')) events.push(...parser.push(bytesOf('\n')));
        expect(events).toEqual(EVENTS);
      }
    }
  });

  it('holds back an event whose empty line has not come, so that half a part is never parsed', () => {
    expect(eventsOf('id: 7\ndata: {"type":"fin')).toEqual([]);
  });

  it('skips comments, other fields and events without data', () => {
    expect(eventsOf(': still here\n\nevent: x\nretry: 5\n\nid: 3\n\ndata: a\n\n')).toEqual([{ id: '3', data: 'a' }]);
  });

  it('has no id before the first one came', () => {
    expect(eventsOf('data: a\n\n')).toEqual([{ id: null, data: 'a' }]);
  });

  it('takes a single space after the colon as part of the format and keeps the others', () => {
    expect(eventsOf('data:  two\n\ndata:none\n\n').map((event) => event.data)).toEqual([' two', 'none']);
  });
});
