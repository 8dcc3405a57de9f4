import ts from 'typescript';

/** Every node below `node`, itself included. */
export function* nodes(node) {
  yield node;
  const children = [];
  node.forEachChild((child) => void children.push(child));
  for (const child of children) yield* nodes(child);
}

export function lineOf(source, node) {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

export function linesOf(source, node) {
  return source.getLineAndCharacterOfPosition(node.end).line + 2 - lineOf(source, node);
}

export function isFunction(node) {
  return ts.isFunctionLike(node) && Boolean(node.body);
}

export function functionName(node) {
  const name = node.name ?? node.parent?.name;
  if (name?.text) return name.text;
  return ts.isConstructorDeclaration(node) ? 'constructor' : 'a function without a name';
}

/** The modules that a file names, statically or not, as values or as types. */
export function* imports(source) {
  for (const node of nodes(source)) {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isImportTypeNode(node)
          ? node.argument.literal
          : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
            ? node.arguments[0]
            : undefined;
    if (specifier && ts.isStringLiteralLike(specifier)) yield { name: specifier.text, line: lineOf(source, node) };
  }
}

/** Findings for each line of a text that matches. */
export function* matchingLines(tree, file, pattern, message) {
  for (const [index, line] of tree.text(file).split('\n').entries()) {
    const match = pattern.exec(line);
    if (match) yield { file, line: index + 1, message: message(match) };
  }
}
