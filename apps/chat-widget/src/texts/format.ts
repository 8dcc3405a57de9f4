const SECOND_MS = 1_000;
const MINUTE_S = 60;
const HOUR_S = 3_600;

/** Whole units, two at most: a person waiting wants a size, not a figure. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS));
  if (seconds < MINUTE_S) return `${seconds} s`;
  const minutes = Math.floor((seconds % HOUR_S) / MINUTE_S);
  if (seconds < HOUR_S) return seconds % MINUTE_S === 0 ? `${minutes} min` : `${minutes} min ${seconds % MINUTE_S} s`;
  return `${Math.floor(seconds / HOUR_S)} h ${minutes} min`;
}

export const formatNumber = (value: number, locale: string, digits = 0): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);

const UNITS = ['B', 'kB', 'MB', 'GB'];

export function formatBytes(bytes: number, locale: string): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${formatNumber(bytes / 1_000 ** power, locale, power === 0 ? 0 : 1)} ${UNITS[power]}`;
}

const ROLE = /^(.*?)\s*(?:\(([^()]+)\)|\s[–—-]\s(.+)|,\s*(.+))\s*$/u;

/** Takes the role off a name such as `Ada Berg (HR)`, `Ada Berg – HR` or `Ada Berg, HR`. */
export function splitName(full: string): { name: string; role: string | null } {
  const match = ROLE.exec(full);
  const role = match?.[2] ?? match?.[3] ?? match?.[4] ?? null;
  return match === null || role === null || match[1] === '' ? { name: full, role: null } : { name: match[1]!, role };
}

export function initialsOf(name: string): string {
  // A title such as "Dr." is no part of the name.
  const words = name.split(/\s+/).filter((word) => /^\p{L}[^.]*$/u.test(word));
  return [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => [...(word ?? '')][0] ?? '').join('').toUpperCase();
}
