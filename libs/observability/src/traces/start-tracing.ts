import type { Logger } from '../logger.js';
import { allowText } from './traced-text.js';

export interface TracingSettings {
  /** Where an OTLP receiver is; without one nothing is traced, and nothing of it is loaded. */
  url?: string | undefined;
  /** The share of traces that are kept, 0 to 1. */
  sample: number;
  /** Opt-in: what people wrote may appear. */
  text: boolean;
}

export interface Tracing {
  /** Hands over what is left, but waits for no receiver that is away. */
  close(): Promise<void>;
}

/**
 * Sends the traces of this process to an OTLP receiver, for as long as it is not closed.
 *
 * @example opened.add(await startTracing(config.traces, { service: 'chat-api', logger }));
 */
export async function startTracing({ url, sample, text }: TracingSettings, { service, logger }: { service: string; logger: Logger }): Promise<Tracing> {
  if (url === undefined) return { close: () => Promise.resolve() };
  const { openSdk } = await import('./sdk.js');
  const sdk = openSdk({ url, sample, service, logger });
  allowText(text);
  return {
    close: async () => {
      allowText(false);
      await sdk.close();
    },
  };
}
