/** The metrics as `kontor eval` prints them, and how much text a hit brings, since long hits hold more. */
export function printSummary(title, summary, lines) {
  console.log(title);
  for (const { name, questions, recall, reciprocalRank, gain } of summary.search) {
    const figures = [5, 10, 20].map((k) => `recall@${k} ${recall[k].toFixed(3)}`).join('  ');
    console.log(`${name.padEnd(24)} ${String(questions).padStart(4)}  ${figures}  MRR@10 ${reciprocalRank.toFixed(3)}  nDCG@10 ${gain.toFixed(3)}`);
  }
  console.log(`leaks ${summary.leaks}`);
  for (const [name, { median, p95 }] of Object.entries(summary.timings)) console.log(`${name.padEnd(24)} median ${median.toFixed(0)} ms  p95 ${p95.toFixed(0)} ms`);
  const shown = lines.flatMap(({ hits }) => hits.slice(0, 10));
  console.log(`a hit of the first ten holds ${Math.round(shown.reduce((sum, { text }) => sum + text.length, 0) / shown.length)} characters on average`);
}
