import { appendFile, readFile } from 'node:fs/promises';

/** Rounds and counts of all pieces of a run, one JSON object a line, so that a run may be done in pieces. */
export class Record {
  constructor(file) {
    this.file = file;
  }

  add(line) {
    return appendFile(this.file, `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
  }

  /** Of the newest rounds of each target, as many as were asked for. */
  async table() {
    const lines = (await readFile(this.file, 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
    const rounds = Map.groupBy(lines.filter(({ target, round }) => target !== undefined && round !== undefined), ({ target }) => target);
    const answers = new Map(lines.filter(({ slowestAnswerMs }) => slowestAnswerMs !== undefined).map(({ target, slowestAnswerMs }) => [target, slowestAnswerMs]));
    const head = ['target', 'rounds', 'recovered', 'median s', 'p95 s', 'max s', 'start median s', 'slowest answer s'];
    const rows = [...rounds].map(([target, all]) => {
      const [tookMs, startMs] = [all.map(({ recoveryMs }) => recoveryMs), all.map((one) => one.startMs)];
      return [target, all.length, all.filter(({ recovered }) => recovered).length, ...[0.5, 0.95, 1].map((share) => seconds(quantile(tookMs, share))), seconds(quantile(startMs, 0.5)), answers.has(target) ? seconds(answers.get(target)) : '-'];
    });
    return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  }
}

const seconds = (ms) => (ms / 1_000).toFixed(1);

function quantile(all, share) {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** The same numbers for the same words: a round can be done again. */
export function randomOf(...words) {
  let state = [...words.join('/')].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0, 0x811c9dc5);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
