import { relative, sep } from 'node:path';
import { judgeImport, readProjects } from '../boundaries.mjs';

/** ESLint's form of tools/boundaries.mjs: every way to name a module is judged, static or not, type or value. */
export function boundaryRule(root) {
  const projects = readProjects(root);
  return {
    meta: { type: 'problem', schema: [] },
    create(context) {
      const file = relative(root, context.filename).split(sep).join('/');
      const judge = (source) => {
        if (typeof source?.value !== 'string') return;
        const message = judgeImport(projects, file, source.value);
        if (message) context.report({ node: source, message });
      };
      return {
        ImportDeclaration: (node) => judge(node.source),
        ExportNamedDeclaration: (node) => judge(node.source),
        ExportAllDeclaration: (node) => judge(node.source),
        ImportExpression: (node) => judge(node.source),
        TSImportType: (node) => judge(node.source ?? node.argument?.literal),
        'CallExpression[callee.name="require"]': (node) => judge(node.arguments[0]),
      };
    },
  };
}
