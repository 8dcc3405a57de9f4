import { describe, expect, it } from 'vitest';
import { holdsName, namesOf } from './names.js';
import { holdsQuantity, quantitiesOf } from './quantities.js';

const agrees = (claim: string, source: string): boolean => quantitiesOf(claim).every((wanted) => holdsQuantity(quantitiesOf(source), wanted));

describe('quantities', () => {
  it.each([
    ['14 Tage', 'a period of two weeks'],
    ['vierzehn Tage', '14 days'],
    ['ein Monat', 'binnen eines Monats'],
    ['12 Monate', 'one year'],
    ['24 hours', '24 Stunden'],
    ['5 %', '5 vom Hundert'],
    ['67 percent', '67 Prozent'],
    ['$1,850', '1.850 USD'],
    ['1 million dollars', '$1M'],
    ['fünf Tage', 'fünf Arbeitstage'],
    ['22 000 Euro', '22.000 €'],
    ['five minutes', 'five (5) minutes'],
    ['am 1. Oktober', 'on October 1, 2027'],
    ['by 31 January', 'bis zum 31. Januar'],
  ])('takes %j for %j', (claim, source) => expect(agrees(claim, source)).toBe(true));

  it.each([
    ['3 Wochen', 'drei Monate'],
    ['15 Tage', '14 Tage'],
    ['1,5 %', '15 %'],
    ['50 Euro', '50 Prozent'],
    ['30 Urlaubstage', 'bis zum 30. November'],
    ['5 days', 'on May 5th'],
    ['am 1. Oktober', 'on October 2, 2027'],
  ])('does not take %j for %j', (claim, source) => expect(agrees(claim, source)).toBe(false));

  it('does not take an article for a number', () => expect(quantitiesOf('Eine Kündigung ist ein Brief.')).toEqual([]));
});

describe('names', () => {
  it('finds channels, identifiers and abbreviations, and no ordinary nouns', () => {
    expect(namesOf('Write to #ask-people-team or use `update.channel` in BambooHR with TLS v1.2.')).toEqual(expect.arrayContaining(['askpeopleteam', 'updatechannel', 'bamboohr', 'tls']));
    expect(namesOf('Die Kündigung braucht eine Unterschrift.')).toEqual([]);
  });

  it('compares them whatever their marks', () => expect(holdsName('ask in #ask-people-team', 'askpeopleteam')).toBe(true));
});
