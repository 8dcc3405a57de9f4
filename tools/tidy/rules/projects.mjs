import { allowed, platforms } from '../../boundaries.mjs';

const README_LINES_MAX = 40;

/** Each project bears one tag of each axis, a README and a place in the root tsconfig.json. */
export function* projects(tree) {
  const referenced = new Set((tree.json('tsconfig.json')?.references ?? []).map(({ path }) => path));
  for (const project of tree.projects) {
    const file = `${project.folder}/package.json`;
    yield* tags(project, file);
    const name = `@kontor/${project.folder.split('/')[1]}`;
    if (project.name !== name) yield { file, line: 2, message: `is named ${project.name}: a project is named after its folder, ${name}.` };
    if (!referenced.has(project.folder)) yield { file: 'tsconfig.json', line: 1, message: `does not reference ${project.folder}: add { "path": "${project.folder}" }.` };
    yield* readme(tree, project);
  }
  for (const path of referenced) {
    if (!tree.known.has(path)) yield { file: 'tsconfig.json', line: 1, message: `references ${path}, which does not exist: remove it.` };
  }
}

function* tags({ manifest }, file) {
  const found = manifest.nx?.tags ?? [];
  const known = { type: Object.keys(allowed), platform: Object.keys(platforms) };
  for (const [axis, values] of Object.entries(known)) {
    const own = found.filter((tag) => tag.startsWith(`${axis}:`));
    if (own.length !== 1) yield { file, line: 1, message: `has ${own.length} ${axis}: tags: give it exactly one of ${values.join(', ')} in nx.tags.` };
  }
  for (const tag of found) {
    const [axis, value] = tag.split(':');
    if (!known[axis]?.includes(value)) yield { file, line: 1, message: `has the unknown tag \`${tag}\`: known are those of tools/boundaries.mjs.` };
  }
}

function* readme(tree, { folder }) {
  const file = `${folder}/README.md`;
  if (!tree.known.has(file)) return yield { file, message: 'is missing: say purpose, entry file, what it may import, and how to add one more.' };
  const lines = tree.text(file).trimEnd().split('\n').length;
  if (lines > README_LINES_MAX) yield { file, line: lines, message: `has ${lines} lines (limit ${README_LINES_MAX}). Move details to docs/ or to comments at the spot.` };
}
