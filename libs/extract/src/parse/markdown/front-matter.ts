/** The head of a Markdown file between two lines of `---`, as static site generators and legal databases write it. */
export interface FrontMatter {
  /** The end of what stands before it; 0 as a rule. */
  start: number;
  end: number;
  values: Record<string, string>;
}

// Some files have the first lines of a long title before it.
const LINES_BEFORE_MAX = 5;
const LINES_MAX = 200;
const KEY = /^([A-Za-z_][\w-]{0,60}):(?:[ \t]+|$)(.*)$/;
const VALUE_UNITS_MAX = 2_000;

export function findFrontMatter(text: string): FrontMatter | null {
  const lines = headLines(text);
  const first = lines.findIndex(({ text: line }) => line.trimEnd() === '---');
  if (first < 0 || first > LINES_BEFORE_MAX || lines.slice(0, first).some(({ text: line }) => line.trim() === '' || line.startsWith('#'))) return null;
  const length = lines.slice(first + 1).findIndex(({ text: line }) => /^(---|\.\.\.)\s*$/.test(line));
  // Two rules with text between them are no front matter.
  if (length < 1 || !KEY.test(lines[first + 1]!.text)) return null;
  const body = lines.slice(first + 1, first + 1 + length).map((line) => line.text);
  const last = lines[first + 1 + length]!;
  return { start: lines[first]!.start, end: last.start + last.text.length, values: readValues(body) };
}

function headLines(text: string): { text: string; start: number }[] {
  const lines = [];
  for (let start = 0; start < text.length && lines.length < LINES_MAX; ) {
    const at = text.indexOf('\n', start);
    const end = at < 0 ? text.length : at;
    lines.push({ text: text.slice(start, end), start });
    start = end + 1;
  }
  return lines;
}

/** Scalars only: what is nested or listed is of no use to a search result. */
function readValues(lines: readonly string[]): Record<string, string> {
  const values = new Map<string, string>();
  let key = '';
  for (const line of lines) {
    const match = KEY.exec(line);
    if (match) key = match[1]!;
    else if (!/^\s+\S/.test(line) || /^\s+-\s/.test(line)) continue;
    // An indented line goes on with the value above it.
    const value = match ? match[2]!.replace(/^[>|][-+]?$/, '') : `${values.get(key) ?? ''} ${line.trim()}`;
    if (key) values.set(key, value.trim());
  }
  const scalars = [...values].map(([name, value]) => [name, value.replace(/^(["'])(.*)\1$/s, '$2').slice(0, VALUE_UNITS_MAX)] as const);
  return Object.fromEntries(scalars.filter(([, value]) => value !== ''));
}
