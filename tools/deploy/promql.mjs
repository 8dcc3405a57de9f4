const AGGREGATIONS = ['sum', 'max', 'min', 'avg', 'count', 'topk', 'bottomk'];
const FUNCTIONS = ['rate', 'increase', 'histogram_quantile', 'absent', 'clamp_min', 'time', 'changes', 'max_over_time'];
const COUNTING = ['rate', 'increase'];
const OPERATORS = ['and', 'or', 'unless', 'bool'];
const LABEL_LISTS = ['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'];
// Strings, numbers with units, names, and all other signs one by one.
const TOKEN = /"(?:[^"\\]|\\.)*"|\d+(?:\.\d+)?[a-z]*|[A-Za-z_:][\w:]*|=~|!~|!=|==|>=|<=|[^\s]/g;
const CLOSING = { '(': ')', '{': '}', '[': ']' };
const isName = (token) => /^[A-Za-z_:]/.test(token ?? '');

/**
 * What an expression asks for: its metrics with the labels that they are chosen by and what counts over them, and the
 * labels that it groups by. It knows no more of PromQL than Kontor's own expressions use and throws on all else, so that
 * a slip of the pen is no new metric.
 */
export function readExpression(text) {
  const tokens = text.match(TOKEN) ?? [];
  balance(tokens, text);
  const selectors = [];
  const grouped = [];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at];
    if (LABEL_LISTS.includes(token)) {
      const end = tokens.indexOf(')', at);
      grouped.push(...tokens.slice(at + 2, end).filter((label) => label !== ','));
      at = end + 1;
    } else if (isName(token) && tokens[at + 1] === '(') {
      if (![...AGGREGATIONS, ...FUNCTIONS, ...OPERATORS].includes(token)) throw new Error(`no function ${token}: ${text}`);
      at += 1;
    } else if (AGGREGATIONS.includes(token) || OPERATORS.includes(token) || !isName(token)) {
      at += 1;
    } else {
      const selector = readSelector(tokens, at, text);
      selectors.push(selector);
      at = selector.end;
    }
  }
  return { selectors, grouped };
}

function readSelector(tokens, at, text) {
  const selector = { name: tokens[at], labels: {}, range: undefined, counts: COUNTING.includes(tokens[at - 2]), end: at + 1 };
  if (tokens[selector.end] === '{') {
    const end = tokens.indexOf('}', at);
    for (let label = selector.end + 1; label < end; label += 4) {
      const [name, operator, value, comma] = tokens.slice(label, label + 4);
      if (!/^(=|!=|=~|!~)$/.test(operator) || !value.startsWith('"') || !/^[,}]$/.test(comma)) throw new Error(`no label ${name}: ${text}`);
      selector.labels[name] = { operator, value: JSON.parse(value) };
    }
    selector.end = end + 1;
  }
  if (tokens[selector.end] === '[') {
    selector.range = tokens.slice(selector.end + 1, tokens.indexOf(']', selector.end)).join('');
    selector.end = tokens.indexOf(']', selector.end) + 1;
  }
  return selector;
}

function balance(tokens, text) {
  const open = [];
  for (const token of tokens) {
    if (token in CLOSING) open.push(CLOSING[token]);
    else if (Object.values(CLOSING).includes(token) && open.pop() !== token) throw new Error(`${token} closes nothing: ${text}`);
  }
  if (open.length > 0) throw new Error(`${open.at(-1)} is missing: ${text}`);
}
