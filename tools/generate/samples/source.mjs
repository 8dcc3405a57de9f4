import { lexer } from 'marked';

const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/;

/**
 * Reads a source text: its front matter (`title`, `language`, `format`, `date`) and its blocks in Markdown's own order.
 */
export function parseSource(text) {
  const match = FRONT_MATTER.exec(text);
  if (!match) throw new Error('A source starts with front matter: title, language, format and date.');
  const head = Object.fromEntries(match[1].split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
  for (const key of ['title', 'language', 'format', 'date']) {
    if (!head[key]) throw new Error(`The front matter lacks "${key}".`);
  }
  return { ...head, blocks: lexer(text.slice(match[0].length)).filter((block) => block.type !== 'space') };
}

/** Flattens inline Markdown to runs of plain text that know whether they are bold. */
export function runsOf(tokens, bold = false) {
  return tokens.flatMap((token) => {
    const isBold = bold || token.type === 'strong';
    return token.tokens?.length ? runsOf(token.tokens, isBold) : [{ text: token.text ?? token.raw, bold: isBold }];
  });
}

export const plainText = (tokens) => runsOf(tokens).map((run) => run.text).join('');
