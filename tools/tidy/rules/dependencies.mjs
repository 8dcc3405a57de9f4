import { builtinModules } from 'node:module';
import { imports } from '../syntax.mjs';

const builtins = new Set(builtinModules);

/** What a project imports, what its package.json lists and what its tsconfig.json references are the same set. */
export function* dependencies(tree) {
  yield* exactVersions(tree, 'package.json');
  for (const project of tree.projects) {
    yield* exactVersions(tree, `${project.folder}/package.json`);
    yield* references(tree, project);
    yield* importedPackages(tree, project);
  }
}

function* exactVersions(tree, file) {
  const manifest = tree.json(file) ?? {};
  for (const group of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, version] of Object.entries(manifest[group] ?? {})) {
      if (!/^(npm:@?[^@]+@)?\d+\.\d+\.\d+[\w.-]*$/.test(version)) yield { file, message: `asks for ${name} ${version}: pin one version.` };
    }
  }
}

function* references(tree, { folder, manifest }) {
  const file = `${folder}/tsconfig.json`;
  const folders = new Map(tree.projects.map((project) => [project.name, project.folder]));
  const wanted = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).flatMap((name) => folders.get(name) ?? []);
  const found = (tree.json(file)?.references ?? []).map(({ path }) => path.replace('../../', ''));
  for (const path of wanted) if (!found.includes(path)) yield { file, message: `does not reference ${path}, on which package.json depends: add { "path": "../../${path}" }.` };
  for (const path of found) if (!wanted.includes(path)) yield { file, message: `references ${path}, on which package.json does not depend: remove it, or add the dependency.` };
}

function* importedPackages(tree, { folder, name, manifest }) {
  const listed = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies };
  const root = tree.json('package.json') ?? {};
  for (const file of tree.code.filter((path) => path.startsWith(`${folder}/src/`))) {
    const test = /\.spec\.ts$|\/testing\//.test(file);
    for (const { name: specifier, line } of imports(tree.source(file))) {
      const dependency = packageOf(specifier);
      if (!dependency || dependency === name || dependency in listed) continue;
      // Tests run in the workspace only, so they may use its development tools.
      if (test && (dependency in (root.devDependencies ?? {}) || dependency === '@kontor/testing')) continue;
      yield { file, line, message: `imports ${dependency}, which ${folder}/package.json does not list: add it there.` };
    }
  }
}

function packageOf(specifier) {
  if (/^(\.|node:|#|virtual:)/.test(specifier) || builtins.has(specifier)) return undefined;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}
