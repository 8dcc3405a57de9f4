import { describe, expect, it } from 'vitest';
import { principalsOf } from './access-rules.js';

const rules = [
  { prefix: '', groups: ['everyone'] },
  { prefix: 'pay/', groups: ['hr'] },
  { prefix: 'pay/bands.md', groups: ['hr', 'finance'] },
];

describe('principalsOf', () => {
  it('takes the longest prefix, compared as a plain string', () => {
    expect(principalsOf('firm', 'pay/bonus.md', rules)).toEqual(['firm:hr']);
    expect(principalsOf('firm', 'pay/bands.md', rules)).toEqual(['firm:hr', 'firm:finance']);
    expect(principalsOf('firm', 'payroll.md', rules)).toEqual(['firm:everyone']);
  });

  it('leaves a document without a rule to administrators', () => {
    expect(principalsOf('firm', 'a.md', [{ prefix: 'pay/', groups: ['hr'] }])).toEqual(['role:administrator']);
    expect(principalsOf('firm', 'a.md', [])).toEqual(['role:administrator']);
  });
});
