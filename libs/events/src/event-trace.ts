import type { KontorEvent } from '@kontor/contracts';
import { activeTraceParent, beginTrace, failActiveSpan, inTrace, type OpenSpan } from '@kontor/observability';

const attributesOf = (operation: 'send' | 'process', { id, type }: KontorEvent, destination: string, system: string): Record<string, string> => ({
  'messaging.system': system, 'messaging.operation.name': operation, 'messaging.operation.type': operation, 'messaging.destination.name': destination, 'messaging.message.id': id, 'kontor.event.type': type,
});

/** Publishing as a part of the trace in which the event was announced; nothing where none was. */
export function openSend(event: KontorEvent, destination: string): { span: OpenSpan; traceparent: string } | undefined {
  const { traceparent } = event;
  if (traceparent === undefined) return undefined;
  const span = beginTrace(`send ${destination}`, { parent: traceparent, kind: 'producer', attributes: attributesOf('send', event, destination, 'kafka') });
  // A relay that traces nothing itself passes on what it got.
  return { span, traceparent: span.run(activeTraceParent) ?? traceparent };
}

export interface Consumption {
  consumer: string;
  destination: string;
  system: 'kafka' | 'kontor';
}

/** Handling an event as a part of the trace that it came with. A failure that is not thrown stands in the outcome. */
export function inConsumption<Outcome extends { error?: unknown } | void>(event: KontorEvent, { consumer, destination, system }: Consumption, work: () => Promise<Outcome>): Promise<Outcome> {
  const attributes = { ...attributesOf('process', event, destination, system), 'messaging.consumer.group.name': consumer };
  return inTrace(`process ${destination}`, { parent: event.traceparent, kind: 'consumer', attributes }, async () => {
    const outcome = await work();
    if (outcome?.error) failActiveSpan(outcome.error);
    return outcome;
  });
}
