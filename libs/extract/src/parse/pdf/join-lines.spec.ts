import { describe, expect, it } from 'vitest';
import { joinLines } from './join-lines.js';

describe('the end of a line', () => {
  const cases: [string[], string][] = [
    [['Die Kün-', 'digung ist', 'schriftlich.'], 'Die Kündigung ist schriftlich.'],
    [['Vor-', 'und Nachteile'], 'Vor- und Nachteile'],
    [['die E-', 'Mail'], 'die E-Mail'],
    [['Kün\u00ad', 'digung'], 'Kündigung'],
    [['Ein Satz –', 'und noch einer'], 'Ein Satz – und noch einer'],
    [['2024/', '2025'], '2024/2025'],
    [['5 -', 'drei'], '5 - drei'],
  ];
  for (const [lines, text] of cases) it(`joins ${JSON.stringify(lines)}`, () => expect(joinLines(lines)).toBe(text));
});
