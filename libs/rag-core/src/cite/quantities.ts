import { canonicalNumber, digitsOfWord } from '../analysis/index.js';

/** A number of a text and the unit behind it: "vierzehn Tage" and "two weeks" have the same amount of one base unit. */
export interface Quantity {
  /** As written: 14. */
  number: number;
  /** In the base unit: 336. */
  amount: number;
  /** The base unit (`h`), or undefined where no known unit follows. */
  unit?: string;
  days?: boolean;
}

/** Units by word, with the factor to their base: hours, months, percent, currencies. */
const UNITS: readonly [pattern: RegExp, unit: string, factor: number][] = [
  [/^(?:minuten?|minutes?|mins?)$/, 'min', 1],
  [/^(?:stunden?|std|hours?|hrs?|h|zeitstunden?)$/, 'h', 1],
  [/^(?:tage?[ns]?|kalendertage?[ns]?|days?|d)$/, 'h', 24],
  [/^(?:werktage?[ns]?|arbeitstage?[ns]?|urlaubstage?[ns]?|geschäftstage?[ns]?)$/, 'workday', 1],
  [/^(?:wochen?|weeks?|kalenderwochen?)$/, 'h', 168],
  [/^(?:monate?[ns]?|kalendermonate?[ns]?|months?)$/, 'month', 1],
  [/^(?:jahre?[ns]?|kalenderjahre?[ns]?|lebensjahre?[ns]?|years?|yrs?)$/, 'month', 12],
  [/^(?:prozent|percent|vomhundert|%)$/, '%', 1],
  [/^(?:euro|eur|€)$/, 'eur', 1],
  [/^(?:dollars?|usd|\$)$/, 'usd', 1],
];

const NUMBER = /\d{1,3}(?:[ \u00a0\u202f.,']\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?|[\p{L}]+/gu;
const AFTER = /^[\s\u00a0-]*(?:\(\d+\)[\s\u00a0]*)?(?:(?:volle?n?|ganze?n?|aufeinander\s?folgende?n?|consecutive|full|calendar)[\s\u00a0]+)?(business days?|working days?|work days?|vom hundert|v\.\s?h\.|per cent|[\p{L}]+|[%€$])/iu;
// The day of a date is no amount of anything: "30. November" does not carry "30 Tage".
const MONTH = '(?:jan(?:uar|uary)?|feb(?:ruar|ruary)?|märz|mar(?:ch)?|apr(?:il)?|mai|may|jun[ie]?|jul[iy]?|aug(?:ust)?|sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|de[zc](?:ember)?)';
const MONTH_AFTER = new RegExp(`^(?:\\.|st|nd|rd|th)?(?:\\s+of)?\\s+${MONTH}\\b`, 'iu');
const MONTH_BEFORE = new RegExp(`\\b${MONTH}\\.?\\s+$`, 'iu');
const ONE = /^(?:ein|eine|einen|einem|einer|eines|one|a|an)$/u;
const MAGNITUDE: Record<string, number> = { k: 1e3, m: 1e6, mio: 1e6, million: 1e6, millionen: 1e6, mrd: 1e9, billion: 1e9, tausend: 1e3, thousand: 1e3 };

/** The quantities of a text; "ein" and "a" count only before a unit ("ein Monat", "a week"). */
export function quantitiesOf(text: string): Quantity[] {
  const found: Quantity[] = [];
  for (const match of text.matchAll(NUMBER)) {
    const written = match[0].toLowerCase();
    const digits = /^\d/u.test(written) ? canonicalNumber(written) : (digitsOfWord(written) ?? (ONE.test(written) ? '1' : undefined));
    if (digits === undefined || !Number.isFinite(Number(digits))) continue;
    const quantity = withUnit(Number(digits), text.slice(match.index + match[0].length, match.index + match[0].length + 60), text.slice(Math.max(0, match.index - 12), match.index));
    if (quantity.unit === undefined && ONE.test(written)) continue;
    found.push(quantity);
  }
  return found;
}

function withUnit(number: number, after: string, before: string): Quantity {
  if (number <= 31 && (MONTH_AFTER.test(after) || MONTH_BEFORE.test(before))) return { number, amount: number, unit: 'day of a month' };
  const word = AFTER.exec(after)?.[1]?.toLowerCase() ?? '';
  const magnitude = MAGNITUDE[word];
  const value = magnitude ? number * magnitude : number;
  if (/[$€]$/u.test(before)) return { number: value, amount: value, unit: before.endsWith('$') ? 'usd' : 'eur' };
  const name = /^(?:vom hundert|v\.\s?h\.|per cent)$/u.test(word) ? '%' : word.replace(/^(?:business|working|work) days?$/u, 'werktage');
  const unit = UNITS.find(([pattern]) => pattern.test(name));
  if (!unit) return { number: value, amount: value };
  return { number: value, amount: value * unit[2], unit: unit[1], ...(/tag|day/u.test(name) ? { days: true } : {}) };
}

/** True if one of the quantities is the wanted one; a working day may be called a day, a bare number takes any unit. */
export function holdsQuantity(all: readonly Quantity[], wanted: Quantity): boolean {
  return all.some((one) => {
    if (one.unit === undefined || wanted.unit === undefined || (one.days && wanted.days)) return one.number === wanted.number;
    return one.unit === wanted.unit && one.amount === wanted.amount;
  });
}
