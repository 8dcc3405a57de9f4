import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, initialsOf, splitName } from './format.js';
import { chooseLanguage, problemIn, textsIn } from './index.js';

/** Every text with its key; functions are called, so that a text that breaks on its arguments shows here. */
function flatten(value: unknown, key = ''): [string, string][] {
  if (typeof value === 'string') return [[key, value]];
  if (typeof value === 'function') return [[key, String((value as (...args: unknown[]) => unknown)(3, 4))]];
  return Object.entries(value as object).flatMap(([name, child]) => flatten(child, `${key}.${name}`));
}

describe('texts', () => {
  const german = new Map(flatten(textsIn('de')));
  const english = flatten(textsIn('en'));

  it('says everything in both languages, and nothing twice the same by mistake', () => {
    const international = ['.demo', '.themes.system', '.language', '.you'];
    const same = english.filter(([key, text]) => german.get(key) === text).map(([key]) => key);
    expect(same.filter((key) => !international.includes(key))).toEqual([]);
    expect([...german.keys()]).toEqual(english.map(([key]) => key));
    expect([...german.values()].filter((text) => text.trim() === '' || text.includes('undefined'))).toEqual([]);
  });
});

describe('problemIn', () => {
  it('says in German what the server says in English, and keeps its words where it knows none', () => {
    expect(problemIn('de', 'document.truncated', 'The end of the file is missing.')).toMatch(/Ende der Datei/);
    expect(problemIn('en', 'document.truncated', 'The end of the file is missing.')).toBe('The end of the file is missing.');
    expect(problemIn('de', 'something.new', 'New.')).toBe('New.');
  });
});

describe('chooseLanguage', () => {
  it('prefers what was remembered, then the first language of the browser that the page speaks', () => {
    expect(chooseLanguage('en', ['de-DE'])).toBe('en');
    expect(chooseLanguage(null, ['fr-FR', 'de-AT', 'en'])).toBe('de');
    expect(chooseLanguage('xx', ['en-US', 'de'])).toBe('en');
    expect(chooseLanguage(null, [])).toBe('en');
  });
});

describe('format', () => {
  it('keeps durations short', () => {
    expect([400, 7_400, 60_000, 80_000, 3_600_000, 5_000_000].map(formatDuration)).toEqual(['0 s', '7 s', '1 min', '1 min 20 s', '1 h 0 min', '1 h 23 min']);
  });

  it('writes sizes the way the language does', () => {
    expect([0, 999, 1_500, 200_000_000].map((bytes) => formatBytes(bytes, 'de-DE'))).toEqual(['0 B', '999 B', '1,5 kB', '200 MB']);
  });

  it('takes the role off a name and leaves other names whole', () => {
    expect(splitName('Ada Berg (HR)')).toEqual({ name: 'Ada Berg', role: 'HR' });
    expect(splitName('Ada Berg – Betriebsrat')).toEqual({ name: 'Ada Berg', role: 'Betriebsrat' });
    expect(splitName('Ada Berg-Maier, legal')).toEqual({ name: 'Ada Berg-Maier', role: 'legal' });
    expect(splitName('u17')).toEqual({ name: 'u17', role: null });
  });

  it('takes initials of letters only', () => {
    expect(['Ada Berg', 'Dr. Jean-Luc de la Tour', 'Çelik', ''].map(initialsOf)).toEqual(['AB', 'JT', 'Ç', '']);
  });
});
