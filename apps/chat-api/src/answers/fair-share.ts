/** How much longer ago than theirs others may have asked and still come first, for each question of the last minute. */
const SECONDS_BACK = 5;
/** Jobs have priorities up to 2,097,151; a question of the first second of a new cycle passes those that wait then. */
const CYCLE_SECONDS = 1_000_000;
const PRIORITY_MAX = 2_000_000;

/**
 * The priority of a question in its queue, lower first: when it came, put back for each other question that this person
 * asked lately (start-time fair queueing, Goyal et al. 1996). Who asks much waits behind others, and nobody for ever.
 */
export function fairPriority(nowMs: number, recentQuestions: number): number {
  return Math.min(1 + (Math.floor(nowMs / 1_000) % CYCLE_SECONDS) + recentQuestions * SECONDS_BACK, PRIORITY_MAX);
}
