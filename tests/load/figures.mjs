/** Median, 95th percentile, highest and count of durations, in whole milliseconds. */
export function spread(durationsMs) {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
  return { n: sorted.length, 'p50 ms': at(0.5), 'p95 ms': at(0.95), 'max ms': at(1) };
}
