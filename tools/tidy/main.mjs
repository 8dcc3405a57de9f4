import { resolve } from 'node:path';
import { rules } from './rules/index.mjs';
import { loadTree } from './tree.mjs';

// `npm run tidy`: what this house agreed on and neither the compiler nor ESLint sees. Prints every finding, changes nothing.
const tree = loadTree(resolve(import.meta.dirname, '../..'));
const findings = rules.flatMap((rule) => [...rule(tree)]);
for (const { file, line, message } of findings) console.log(`tidy: ${file}${line ? `:${line}` : ''} ${message}`);
console.log(findings.length === 0 ? `tidy: ${tree.paths.length} files, nothing to mend` : `tidy: ${findings.length} to mend`);
process.exitCode = findings.length === 0 ? 0 : 1;
