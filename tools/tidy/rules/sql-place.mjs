import ts from 'typescript';
import { imports, lineOf, nodes } from '../syntax.mjs';

// A statement starts its text, in lower or in capital letters; a sentence starts with one capital ("Select a file …").
const statement = /^\s*(select\s[\s\S]+\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|(create|alter|drop)\s+(table|index|role|schema|extension)\s|truncate\s|set\s+local\s)/;
const packages = /^(kysely|pg|pgvector|@electric-sql\/.*)$/;

/** SQL lives in libs/db only: there row-level security and tenancy are proven for every statement. */
export function* sqlPlace(tree) {
  const outside = tree.code.filter((path) => /^(libs|apps)\//.test(path) && !path.startsWith('libs/db/'));
  for (const file of outside) {
    const source = tree.source(file);
    for (const { name, line } of imports(source)) {
      if (packages.test(name) && !file.includes('/testing/')) yield { file, line, message: `imports ${name}: reach the database through the repositories of libs/db.` };
    }
    for (const node of nodes(source)) {
      const text = textOf(node);
      if (text !== undefined && isStatement(text)) yield { file, line: lineOf(source, node), message: 'holds SQL: move the statement to a repository in libs/db.' };
    }
  }
}

function isStatement(text) {
  return statement.test(text) || (/^\s*[A-Z]{3}/.test(text) && statement.test(text.toLowerCase()));
}

function textOf(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => `x${span.literal.text}`).join('');
}
