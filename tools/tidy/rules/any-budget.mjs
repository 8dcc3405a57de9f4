import ts from 'typescript';
import { lineOf, nodes } from '../syntax.mjs';

const ANY_PER_LINES = 1000;

/** At most one `any` in a thousand lines, whatever comments switch ESLint off. */
export function* anyBudget(tree) {
  const files = tree.code.filter((path) => path.endsWith('.ts'));
  const found = files.flatMap((file) => {
    const source = tree.source(file);
    return [...nodes(source)].filter((node) => node.kind === ts.SyntaxKind.AnyKeyword).map((node) => ({ file, line: lineOf(source, node) }));
  });
  const lines = files.reduce((sum, file) => sum + tree.text(file).split('\n').length, 0);
  const budget = Math.floor(lines / ANY_PER_LINES);
  if (found.length <= budget) return;
  for (const place of found) yield { ...place, message: `uses \`any\`, and ${lines} lines allow ${budget}: parse the value with zod, or take \`unknown\`.` };
}
