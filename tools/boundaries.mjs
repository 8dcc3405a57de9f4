// Who may import whom. Read by ESLint (tools/lint/boundary-rule.mjs) and by tools/tidy; README files only repeat it.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';

/**
 * For each `type:` tag the types that it may import. `wiring` opens adapters for the apps, which neither platform nor data
 * could do without knowing each other; `compose` is the app that puts the other apps together.
 */
export const allowed = {
  core: ['core'],
  contract: ['core'],
  base: ['core'],
  platform: ['core', 'contract', 'base'],
  data: ['core', 'contract', 'base'],
  web: ['core', 'contract', 'web'],
  testing: ['core', 'contract', 'base', 'platform', 'data'],
  wiring: ['core', 'contract', 'base', 'platform', 'data'],
  app: ['core', 'contract', 'base', 'platform', 'data', 'wiring'],
  compose: ['core', 'contract', 'base', 'platform', 'data', 'wiring', 'app'],
};

/** For each `platform:` tag the platforms that it may import. A web app may import web libs instead of node ones. */
export const platforms = { any: ['any'], web: ['any', 'web'], node: ['any', 'node'] };

const webAppTypes = ['core', 'contract', 'web'];
// Starts real servers for tests; it lies outside of libs and apps.
const testServers = '@kontor/services';
const nodeOnly = /^(node:|@nestjs\/|kysely(\/|$)|bullmq(\/|$))/;
const builtins = new Set(builtinModules);

/** Every project of libs and apps with its tags. A tag outside the closed lists is left for tidy to report. */
export function readProjects(root) {
  const folders = ['libs', 'apps'].flatMap((group) => {
    const path = join(root, group);
    return existsSync(path) ? readdirSync(path).map((name) => `${group}/${name}`) : [];
  });
  return folders
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => toProject(folder, JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))));
}

export function toProject(folder, manifest) {
  const tags = manifest.nx?.tags ?? [];
  const tag = (axis) => tags.find((one) => one.startsWith(`${axis}:`))?.slice(axis.length + 1);
  return { folder, name: manifest.name, type: tag('type'), platform: tag('platform'), manifest };
}

/** The project that a path, relative to the root, lies in. */
export function projectOf(projects, path) {
  return projects.find((project) => path.startsWith(`${project.folder}/`));
}

/**
 * Why `file` may not import `specifier`, in a sentence that says what to do, or undefined if it may.
 * `file` is relative to the root, with forward slashes.
 */
export function judgeImport(projects, file, specifier) {
  const from = projectOf(projects, file);
  if (!from) return undefined;
  if (specifier.startsWith('.')) return judgeRelative(from, file, specifier);
  if (from.platform !== 'node' && isNodeOnly(specifier) && !isSpec(file)) {
    return `${from.name} is platform:${from.platform} and must not need Node: move what needs \`${specifier}\` to a node project.`;
  }
  const [, name, deep] = /^(@kontor\/[^/]+)(\/.*)?$/.exec(specifier) ?? [];
  if (!name) return undefined;
  if (deep && /^\/(src|dist)(\/|$)/.test(deep)) return `Import \`${name}\`, not a file inside it: export what you need from its src/index.ts.`;
  if (name === testServers) return from.platform === 'node' && isSpec(file) ? undefined : `${testServers} starts servers for tests: only specs of node projects and their src/testing import it.`;
  const to = projects.find((project) => project.name === name);
  if (!to) return `There is no project ${name}.`;
  return to === from ? undefined : judgeProjects(from, to, file);
}

function judgeRelative(from, file, specifier) {
  const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
  if (target.startsWith(`${from.folder}/`)) return undefined;
  return `\`${specifier}\` leaves ${from.folder}: import the other project by its name.`;
}

function judgeProjects(from, to, file) {
  const types = from.type === 'app' && from.platform === 'web' ? webAppTypes : (allowed[from.type] ?? []);
  const isAppSpec = isSpec(file) && (from.type === 'app' || from.type === 'compose') && from.platform === 'node';
  if (to.type === 'testing' && isAppSpec) return undefined;
  if (!types.includes(to.type)) {
    return `type:${from.type} must not import type:${to.type} (${from.name} → ${to.name}). It may import ${types.join(', ')}; see tools/boundaries.mjs.`;
  }
  if (!(platforms[from.platform] ?? []).includes(to.platform)) {
    return `platform:${from.platform} must not import platform:${to.platform} (${from.name} → ${to.name}).`;
  }
  return undefined;
}

function isNodeOnly(specifier) {
  return nodeOnly.test(specifier) || builtins.has(specifier);
}

/** A spec, or a helper of specs in the project's src/testing. */
function isSpec(file) {
  return /\.spec\.ts$|\/src\/testing\//.test(file);
}
