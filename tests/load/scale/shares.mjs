// Who may read what: each document has one of these access sets, and each person sees the first few of them.

/** Of a thousand documents, how many are in each set: one set of a tenth of a percent, three of 0.3 %, nine of 1 %, 27 of 3.3 %. */
const WEIGHTS = [1, ...Array(3).fill(3), ...Array(9).fill(10), ...Array(27).fill(900 / 27)];
const TOTAL = WEIGHTS.reduce((sum, weight) => sum + weight, 0);

export const SETS = WEIGHTS.length;
export const PEOPLE = [
  { share: '100 %', sets: 40 },
  { share: '10 %', sets: 13 },
  { share: '1 %', sets: 4 },
  { share: '0.1 %', sets: 1 },
];
export const principal = (set) => `load:group-${set}`;
/** As of `database.person`. */
export const scopeOf = (tenant, { share, sets }) => ({ tenant, person: share, principals: Array.from({ length: sets }, (_, set) => principal(set)) });

/** The set of a document, by a number from 0 to 1. */
export function setOf(drawn) {
  let rest = drawn * TOTAL;
  return Math.max(0, WEIGHTS.findIndex((weight) => (rest -= weight) < 0));
}
