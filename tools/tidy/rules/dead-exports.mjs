import ts from 'typescript';
import { lineOf, nodes } from '../syntax.mjs';

/** An exported value that no other file names is dead, or needs no `export`. Types are exempt: signatures need them. */
export function* deadExports(tree) {
  const sources = tree.code.filter((path) => /^(libs|apps)\/.*\.ts$/.test(path));
  const users = new Map();
  for (const file of [...sources, ...tree.code.filter((path) => !sources.includes(path))]) {
    // An index names everything; being listed there is no use.
    if (/\/src\/(testing\/)?index\.ts$/.test(file)) continue;
    for (const name of identifiers(tree.source(file))) users.set(name, (users.get(name) ?? new Set()).add(file));
  }
  for (const file of sources.filter((path) => !/index\.ts$|\.spec\.ts$/.test(path))) {
    const source = tree.source(file);
    for (const { name, node } of exportedValues(source)) {
      const others = [...(users.get(name) ?? [])].filter((user) => user !== file);
      if (others.length === 0) yield { file, line: lineOf(source, node), message: `exports \`${name}\`, which nothing else names: delete it, or drop \`export\`.` };
    }
  }
}

function* exportedValues(source) {
  for (const statement of source.statements) {
    const isExported = statement.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) continue;
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) if (ts.isIdentifier(name)) yield { name: name.text, node: name };
    } else if (statement.name && (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement))) {
      yield { name: statement.name.text, node: statement.name };
    }
  }
}

function identifiers(source) {
  return new Set([...nodes(source)].filter((node) => ts.isIdentifier(node)).map((node) => node.text));
}
