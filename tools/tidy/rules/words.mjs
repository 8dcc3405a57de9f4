import { matchingLines } from '../syntax.mjs';

const code = (file) => /\.(ts|mjs|js|css|html|sql)$/.test(file);
const product = (file) => /^(libs|apps)\//.test(file) && code(file);

const rules = [
  { in: code, pattern: /\b(TODO|FIXME|XXX|HACK)\b/, message: ([word]) => `says ${word}: do it now, or file an issue and delete the note.` },
  { in: product, pattern: /\bforwardRef\b/, message: () => 'uses forwardRef: break the cycle, usually by moving the shared part to a module of its own.' },
  {
    in: (file) => product(file) && !file.startsWith('libs/config/'),
    pattern: /\bprocess\.env\b|\benv\b.*from 'node:process'/,
    message: () => 'reads the environment: add a slice to libs/config and take the value from there.',
  },
  {
    in: (file) => /\.spec\.(ts|mjs)$|\.suite\.ts$/.test(file),
    pattern: /\b(describe|it|test)\.only\(/,
    message: ([, word]) => `runs one test only (${word}.only): remove \`.only\`, or the others never run.`,
  },
  {
    in: (file) => /\.spec\.(ts|mjs)$/.test(file),
    pattern: /\bvi\.mock\(/,
    message: () => 'mocks a module: pass the real part, or an adapter that passes the contract suite.',
  },
  {
    in: () => true,
    pattern: /(?<![\w.~-])(\/work\/|\/root\/|\/home\/\w+\/|\/Users\/\w+\/)/,
    message: ([path]) => `names ${path}, a path of one machine: derive it from the repository, KONTOR_HOME or os.tmpdir().`,
  },
  {
    in: () => true,
    pattern: /\b(registry\.npmjs\.org|registry\.yarnpkg\.com|files\.pythonhosted\.org|registry\.npmmirror\.com)\b/,
    message: ([host]) => `names the registry ${host}: leave it to the configuration of npm or pip.`,
  },
];

/** Words that have no place in the repository. This folder is exempt, since it has to name them. */
export function* words(tree) {
  for (const file of tree.paths.filter((path) => !path.startsWith('tools/tidy/'))) {
    for (const rule of rules) if (rule.in(file)) yield* matchingLines(tree, file, rule.pattern, rule.message);
  }
}
