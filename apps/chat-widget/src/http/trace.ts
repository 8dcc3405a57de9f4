/**
 * What belongs together at the servers, such as a question and every connection over which its answer comes: each request
 * names it, as W3C Trace Context says. Whether it is kept is for the server to decide, so the flags ask for nothing.
 */
export interface Trace {
  id: string;
}

export const newTrace = (): Trace => ({ id: randomHex(16) });

/** The header of one request. */
export const traceparentOf = ({ id }: Trace): string => `00-${id}-${randomHex(8)}-00`;

/** Never only zeros, which would be no id. */
function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  random[0]! |= 1;
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
