/** A line of a text and where in it the line starts. */
export interface Line {
  text: string;
  start: number;
}

export function linesOf(source: string, from: number, to: number): Line[] {
  let start = from;
  return source.slice(from, to).split('\n').map((text) => {
    const line = { text, start };
    start += text.length + 1;
    return line;
  });
}

export const endOf = (line: Line): number => line.start + line.text.length;
