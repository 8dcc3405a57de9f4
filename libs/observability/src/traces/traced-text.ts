import type { Attributes } from '@opentelemetry/api';

let allowed = false;

/** Opt-in: the text of questions, answers and documents may appear in traces. */
export function allowText(text: boolean): void {
  allowed = text;
}

export const textIsTraced = (): boolean => allowed;

/** Attributes that hold what people wrote; none unless the operator opted in. */
export const textAttributes = (make: () => Attributes): Attributes => (allowed ? make() : {});
