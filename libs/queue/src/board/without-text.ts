/** What names a thing and says nothing of it. Whose question it is stays out too: who asks when is nobody's business. */
const TELLS_NOTHING = /^tenant$|Id$/;
const CODE = /^[a-z_]+(\.[a-z_]+)+(?=:|$)/;

/**
 * A value of the board's as JSON that shows no words: of a job's data its ids, of a failure its code. The names of files,
 * folders and people, and what a message repeats of them, stay where only the command line shows them.
 */
export function withoutText(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (key, value: unknown) => {
    if (key === 'data') return idsOf(value);
    if (key === 'failedReason' && typeof value === 'string') return CODE.exec(value)?.[0] ?? 'unknown';
    if (key === 'stacktrace') return [];
    return value;
  });
}

function idsOf(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return {};
  return Object.fromEntries(Object.entries(data).filter(([key, value]) => TELLS_NOTHING.test(key) && typeof value === 'string'));
}
