import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

const Value = z.object({ stringValue: z.string().optional(), intValue: z.union([z.string(), z.number()]).optional(), doubleValue: z.number().optional(), boolValue: z.boolean().optional() });
const Attributes = z.array(z.object({ key: z.string(), value: Value })).default([]);
const Ended = z.object({ code: z.number().optional(), message: z.string().optional() });
const Span = z.object({
  traceId: z.string(), spanId: z.string(), parentSpanId: z.string().optional(), name: z.string(), kind: z.number(), attributes: Attributes,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]), status: Ended.default({}),
});
const Request = z.object({ resourceSpans: z.array(z.object({ resource: z.object({ attributes: Attributes }), scopeSpans: z.array(z.object({ spans: z.array(Span) })) })) });

type AttributeValue = string | number | boolean | undefined;
export interface ReceivedSpan extends Omit<z.infer<typeof Span>, 'attributes'> {
  service: AttributeValue;
  attributes: Record<string, AttributeValue>;
}

/** A receiver of OTLP over HTTP that keeps what it gets. */
export interface TraceReceiver {
  url: string;
  spans: ReceivedSpan[];
  /** Everything as it came, to look for what must not be in it. */
  bodies: string[];
  /** Answers with this status from now on. */
  status: number;
  requests: number;
  /** Waits until `enough` finds what it looks for. */
  until<Found>(enough: (spans: readonly ReceivedSpan[]) => Found | undefined, waitMs?: number): Promise<Found>;
  close(): Promise<void>;
}

const valueOf = (value: z.infer<typeof Value>): AttributeValue => value.stringValue ?? value.boolValue ?? value.doubleValue ?? (value.intValue === undefined ? undefined : Number(value.intValue));
const recordOf = (attributes: z.infer<typeof Attributes>): Record<string, AttributeValue> => Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));

function spansOf(body: unknown): ReceivedSpan[] {
  return Request.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service: recordOf(resource.attributes)['service.name'], attributes: recordOf(span.attributes) }))));
}

export async function startTraceReceiver(port = 0): Promise<TraceReceiver> {
  const receiver: TraceReceiver = {
    url: '', spans: [], bodies: [], status: 200, requests: 0,
    until: async (enough, waitMs = 60_000) => {
      for (const deadlineMs = Date.now() + waitMs; ; await pause(50)) {
        const found = enough(receiver.spans);
        if (found !== undefined) return found;
        if (Date.now() > deadlineMs) throw new Error(`the spans did not come; there are:\n${receiver.spans.map(({ service, name, spanId, parentSpanId }) => `${String(service)} ${name} ${spanId} of ${parentSpanId ?? 'nothing'}`).join('\n')}`);
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  const server = createServer((request, response) => {
    receiver.requests += 1;
    void json(request).then((body) => {
      if (receiver.status === 200) {
        receiver.bodies.push(JSON.stringify(body));
        receiver.spans.push(...spansOf(body));
      }
      response.writeHead(request.url === '/v1/traces' ? receiver.status : 404, { 'content-type': 'application/json' }).end('{}');
    }, () => response.writeHead(400).end());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}
