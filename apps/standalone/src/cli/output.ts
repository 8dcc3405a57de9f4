/** One JSON document a command, for scripts; people get text. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Names and texts of others may hold what a terminal takes for a command. */
export const printable = (text: string): string => text.replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, '\ufffd');

export function printLine(text = ''): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** Rewrites one status line on a terminal; prints a line each ten seconds elsewhere. */
export class StatusLine {
  private lastMs = 0;

  constructor(private readonly out: NodeJS.WriteStream = process.stderr) {}

  show(text: string): void {
    if (this.out.isTTY) {
      this.out.write(`\r\u001b[2K${text.slice(0, (this.out.columns ?? 80) - 1)}`);
    } else if (Date.now() - this.lastMs > 10_000) {
      this.lastMs = Date.now();
      this.out.write(`${text}\n`);
    }
  }

  done(text?: string): void {
    if (this.out.isTTY) this.out.write('\r\u001b[2K');
    if (text !== undefined) this.out.write(`${text}\n`);
  }
}

export function seconds(milliseconds: number): string {
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1_000)} s`;
}
