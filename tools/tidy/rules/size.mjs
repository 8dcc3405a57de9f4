import ts from 'typescript';
import { functionName, isFunction, lineOf, linesOf, nodes } from '../syntax.mjs';

const FILE_LINES_MAX = 400;
const SPEC_LINES_MAX = 600;
const FUNCTION_LINES_MAX = 70;

/** Long files are split before they grow. */
export function* fileSize(tree) {
  for (const file of [...tree.code, ...tree.paths.filter((path) => /\.(css|html|sql)$/.test(path) && !path.startsWith('samples/'))]) {
    const linesMax = isTest(file) ? SPEC_LINES_MAX : FILE_LINES_MAX;
    const lines = tree.text(file).trimEnd().split('\n').length;
    if (lines > linesMax) yield { file, line: lines, message: `has ${lines} lines (limit ${linesMax}). Move one concern to a file of its own.` };
  }
}

/** Long functions hide their steps. */
export function* functionSize(tree) {
  for (const file of tree.code) {
    const source = tree.source(file);
    for (const node of nodes(source)) {
      if (!isFunction(node)) continue;
      const lines = isTest(file) ? ownLines(source, node) : linesOf(source, node);
      if (lines <= FUNCTION_LINES_MAX) continue;
      yield { file, line: lineOf(source, node), message: `\`${functionName(node)}\` is ${lines} lines (limit ${FUNCTION_LINES_MAX}). Move a step to a function of its own.` };
    }
  }
}

// `describe` and contract suites hold tests as functions; there each test counts, not what holds them.
function ownLines(source, node) {
  let inner = 0;
  const visit = (child) => {
    if (isFunction(child)) inner += linesOf(source, child) - 1;
    else ts.forEachChild(child, visit);
  };
  ts.forEachChild(node.body, visit);
  return linesOf(source, node) - inner;
}

function isTest(file) {
  return /\.spec\.(ts|mjs)$|\/testing\/|\.suite\.ts$/.test(file) || file.startsWith('tests/');
}
