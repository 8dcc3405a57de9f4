import type { EventType, KontorEvent } from '@kontor/contracts';

export type EventHandler<Type extends EventType> = (event: KontorEvent<Type>) => Promise<void>;

export interface SubscribeOptions {
  /** Who listens, by a name that stays: each consumer gets every event of its types once. */
  consumer: string;
}

/**
 * Carries what has happened to who wants to know. At least once: after a crash an event may come again, so a
 * handler must bear that. Events of one aggregate come in order.
 */
export interface EventBus {
  publish(event: KontorEvent): Promise<void>;
  /** @returns a function that unsubscribes */
  subscribe<Type extends EventType>(type: Type, handler: EventHandler<Type>, options: SubscribeOptions): () => void;
  close(): Promise<void>;
}

/** For what a process keeps in memory and may also find out later: every process is told, of what happens from now on. */
export interface EventWatch {
  /** @returns a function that ends it */
  watch<Type extends EventType>(type: Type, seen: (event: KontorEvent<Type>) => void): () => void;
}

/** What whoever listens needs of a bus. */
export interface EventSource extends Pick<EventBus, 'subscribe'> {
  /** How many events were put aside and wait for a person, by topic; absent where nothing is put aside. */
  deadLetters?(): Promise<Record<string, number>>;
}
