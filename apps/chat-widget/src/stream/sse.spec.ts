import { describe, expect, it } from 'vitest';
import { SseParser } from './sse.js';

const STREAM = 'id: 1\ndata: {"type":"start"}\n\n: heartbeat\n\nid: 2\ndata: a\ndata: b\n\ndata: [DONE]\n\n';
const EVENTS = [
  { id: '1', data: '{"type":"start"}' },
  { id: '2', data: 'a\nb' },
  { id: '2', data: '[DONE]' },
];

describe('SseParser', () => {
  it('gives the same events wherever the network cuts the text', () => {
    for (const breaks of [STREAM, STREAM.replaceAll('\n', '\r\n'), STREAM.replaceAll('\n', '\r')]) {
      for (let size = 1; size <= breaks.length; size += 1) {
        const parser = new SseParser();
        const events = [];
        for (let at = 0; at < breaks.length; at += size) events.push(...parser.push(breaks.slice(at, at + size)));
        // A stream of bare carriage returns keeps its last one back: it cannot know what follows.
        if (breaks.endsWith('\r')) events.push(...parser.push('\n'));
        expect(events).toEqual(EVENTS);
      }
    }
  });

  it('holds back an event whose empty line has not come, so that half a part is never parsed', () => {
    expect(new SseParser().push('id: 7\ndata: {"type":"fin')).toEqual([]);
  });

  it('takes a single space after the colon as part of the format and keeps the others', () => {
    expect(new SseParser().push('data:  two\n\ndata:none\n\n').map((event) => event.data)).toEqual([' two', 'none']);
  });
});
