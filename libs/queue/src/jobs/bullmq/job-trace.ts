import { z } from 'zod';
import type { JobDefinition } from '@kontor/contracts';
import { activeTraceParent, type TraceBeginning } from '@kontor/observability';
import type { BullJob } from './backend.js';

/** What travels beside the payload, in the options that BullMQ keeps for this; a version that does not know it passes it by. */
const Carried = z.object({ version: z.literal(1), traceparent: z.string().max(100) });

/** The trace under way, to be added to a job's options; nothing where there is none. */
export function carriedTrace(): { telemetry?: { metadata: string } } {
  const traceparent = activeTraceParent();
  if (traceparent === undefined) return {};
  return { telemetry: { metadata: JSON.stringify({ version: 1, traceparent } satisfies z.infer<typeof Carried>) } };
}

function readCarried({ opts }: BullJob): string | undefined {
  try {
    return Carried.parse(JSON.parse(opts.telemetry?.metadata ?? '')).traceparent;
  } catch {
    // Of an older version, a newer one, or nobody's: the job runs all the same, as a trace of its own.
    return undefined;
  }
}

/** What a queue's work is called by the conventions of OpenTelemetry for messaging. */
export const messagingAttributes = (type: 'send' | 'process', queue: string, job: string): Record<string, string> => ({
  'messaging.system': 'bullmq', 'messaging.operation.name': type, 'messaging.operation.type': type, 'messaging.destination.name': queue, 'kontor.job.name': job,
});

/** How one attempt of a job continues the trace of who added it. */
export function traceOf(job: BullJob, definition: JobDefinition | undefined): TraceBeginning {
  // Whatever lies in the store may have any name.
  const [queue, name] = definition ? [definition.queue, job.name] : ['unknown', 'unknown'];
  const from = readCarried(job);
  const attributes = { ...messagingAttributes('process', queue, name), 'messaging.message.id': job.id ?? '', 'kontor.job.attempt': job.attemptsMade + 1 };
  return { kind: 'consumer', attributes, ...(definition?.ownTrace ? { comesFrom: from } : { parent: from }) };
}
