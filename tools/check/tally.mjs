const MESSAGE_LINES_MAX = 12;

/** Counts from vitest's JSON report. The runner's exit code has the last word: it knows of errors outside tests. */
export function countReport(report, end) {
  const failures = [];
  for (const file of report?.testResults ?? []) {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    for (const test of failed) failures.push(`  ✗ ${file.name} › ${test.fullName}\n${indent(test.failureMessages[0])}`);
    // A file that cannot be loaded holds no test and is a failure all the same.
    if (file.status === 'failed' && failed.length === 0) failures.push(`  ✗ ${file.name}\n${indent(file.message)}`);
  }
  if (end.code !== 0 && failures.length === 0) failures.push(`  ✗ ${describeEnd(end)} though no test failed; the full output may say why.`);
  const passed = report?.numPassedTests ?? 0;
  if (passed === 0 && failures.length === 0) failures.push('  ✗ No test ran.');
  return { passed, failed: failures.length, skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0), failures };
}

/** A linter passes as one test and fails once for each finding. */
export function countFindings(findings, end) {
  const failures = findings.map((finding) => `  ✗ ${finding}`);
  if (end.code !== 0 && failures.length === 0) failures.push(`  ✗ ${describeEnd(end)} without a finding; the full output may say why.`);
  return { passed: failures.length === 0 ? 1 : 0, failed: failures.length, skipped: 0, failures };
}

export function addUp(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

export function describeCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Nothing that ran is no success. */
export function summarize(total) {
  const ran = total.passed + total.failed > 0;
  return { line: describeCounts(total), exitCode: ran && total.failed === 0 ? 0 : 1 };
}

function describeEnd({ code, signal, timedOut }) {
  if (timedOut) return 'It took longer than its limit and was ended';
  return signal ? `It was ended by ${signal}` : `It ended with exit code ${code}`;
}

function indent(text = '') {
  return text.split('\n').slice(0, MESSAGE_LINES_MAX).map((line) => `      ${line}`).join('\n');
}
