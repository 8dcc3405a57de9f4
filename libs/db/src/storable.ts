/**
 * Makes text of any origin fit for the database without moving a character: what PostgreSQL cannot hold, a zero
 * character or half a surrogate pair, becomes U+FFFD, which is one UTF-16 code unit as well. Offsets stay true.
 */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('\u0000') ? value.replaceAll('\u0000', '\uFFFD').toWellFormed() : value.toWellFormed();
  return Array.isArray(value) ? value.map(storable) : value;
}
