import { describe, expect, it } from 'vitest';
import { addUp, countFindings, countReport, describeCounts, summarize } from './tally.mjs';

const report = (tests, file = {}) => ({
  numPassedTests: tests.filter((status) => status === 'passed').length,
  numPendingTests: tests.filter((status) => status === 'skipped').length,
  numTodoTests: 0,
  testResults: [{ name: 'a.spec.js', status: tests.includes('failed') ? 'failed' : 'passed', message: '', ...file, assertionResults: tests.map((status) => ({ status, fullName: 'does it', failureMessages: ['Error: no'] })) }],
});

describe('counting', () => {
  it('takes passed, failed and skipped tests from the report', () => {
    expect(countReport(report(['passed', 'passed', 'failed', 'skipped']), { code: 1 })).toMatchObject({ passed: 2, failed: 1, skipped: 1 });
  });

  it('counts a file that cannot be loaded, though no test in it failed', () => {
    const broken = report([], { status: 'failed', message: 'SyntaxError: x' });
    expect(countReport(broken, { code: 1 })).toMatchObject({ passed: 0, failed: 1 });
    expect(countReport(broken, { code: 1 }).failures[0]).toContain('SyntaxError: x');
  });

  it('believes the exit code when the report shows nothing wrong: an error outside of tests, a crash, a time limit', () => {
    expect(countReport(report(['passed']), { code: 1 })).toMatchObject({ passed: 1, failed: 1 });
    expect(countReport(report(['passed']), { code: null })).toMatchObject({ passed: 1, failed: 1 });
    expect(countReport(report(['passed']), { code: null, signal: 'SIGKILL' }).failures[0]).toContain('ended by SIGKILL');
    expect(countReport(report(['passed']), { code: null, signal: 'SIGKILL', timedOut: true }).failures[0]).toContain('longer than its limit');
    expect(countReport(undefined, { code: 0 })).toMatchObject({ passed: 0, failed: 1 });
  });

  it('takes a suite in which nothing ran for a failure', () => {
    expect(countReport(report([]), { code: 0 })).toMatchObject({ passed: 0, failed: 1 });
    expect(countReport(report(['skipped']), { code: 0 })).toMatchObject({ passed: 0, failed: 1, skipped: 1 });
  });

  it('counts each finding of a linter, and a linter without one as a passed test', () => {
    expect(countFindings([], { code: 0 })).toMatchObject({ passed: 1, failed: 0 });
    expect(countFindings(['a', 'b'], { code: 1 })).toMatchObject({ passed: 0, failed: 2 });
    expect(countFindings([], { code: 2 })).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('the sum', () => {
  it('is one line that a script can read', () => {
    expect(describeCounts(addUp([{ passed: 1, failed: 0, skipped: 0 }, { passed: 2, failed: 3, skipped: 0 }]))).toBe('3 passed, 3 failed');
    expect(describeCounts({ passed: 1, failed: 0, skipped: 2 })).toBe('1 passed, 0 failed, 2 skipped');
  });

  it('fails when a test failed and when nothing ran', () => {
    expect(summarize({ passed: 3, failed: 0, skipped: 1 }).exitCode).toBe(0);
    expect(summarize({ passed: 3, failed: 1, skipped: 0 }).exitCode).toBe(1);
    expect(summarize({ passed: 0, failed: 0, skipped: 4 }).exitCode).toBe(1);
  });
});
