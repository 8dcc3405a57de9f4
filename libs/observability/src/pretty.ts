const LEVELS: Record<number, string> = { 10: 'TRACE', 20: 'DEBUG', 30: 'INFO ', 40: 'WARN ', 50: 'ERROR', 60: 'FATAL' };
const HIDDEN = new Set(['level', 'time', 'msg', 'name', 'err', 'pid', 'hostname']);

function errorOf(record: Record<string, unknown>): string {
  const error = record.err as { type?: string; code?: string; message?: string } | undefined;
  if (!error) return '';
  const label = error.code ?? error.type ?? 'Error';
  return error.message === record.msg || error.message === undefined ? ` [${label}]` : ` [${label}: ${error.message}]`;
}

/** One line for a person at a terminal; the JSON of the same record is what machines read. */
export function prettyLine(json: string): string {
  const record = JSON.parse(json) as Record<string, unknown>;
  const time = new Date(Number(record.time)).toTimeString().slice(0, 8);
  const fields = Object.entries(record)
    .filter(([key]) => !HIDDEN.has(key))
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const line = `${time} ${LEVELS[Number(record.level)] ?? '     '} ${String(record.name ?? 'kontor')}: ${String(record.msg ?? '')}${errorOf(record)}${fields.join('')}`;
  return `${line.replace(/[\r\n]+/g, ' ')}\n`;
}
