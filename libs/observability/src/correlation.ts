import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<string>();

/** Runs `work` so that everything it logs, also after an await, carries this id. */
export function withCorrelation<Result>(id: string, work: () => Result): Result {
  return storage.run(id, work);
}

/** The id of the request or job that is being worked on, if any. */
export function correlationId(): string | undefined {
  return storage.getStore();
}
