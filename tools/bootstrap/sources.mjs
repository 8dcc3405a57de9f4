import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const ignored = new Set(['dist', 'node_modules', 'test-results']);
const rootFiles = ['package-lock.json', 'tsconfig.base.json', 'nx.json'];

/** The folders of `libs` and `apps` that are projects. */
export function projectFolders(root) {
  return ['libs', 'apps']
    .filter((group) => existsSync(join(root, group)))
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
    .filter((folder) => existsSync(join(root, folder, 'package.json')));
}

/** A hash over path, size and time of everything that the build reads: a few milliseconds, no content read. */
export function fingerprint(root) {
  const hash = createHash('sha256');
  const folders = projectFolders(root);
  const files = [...rootFiles.map((name) => join(root, name)), ...folders.flatMap((folder) => filesBelow(join(root, folder)))];
  for (const path of files) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${relative(root, path)}\0${size}\0${mtimeMs}\n`);
  }
  // A build folder that someone deleted is a change as well.
  for (const folder of folders) hash.update(existsSync(join(root, folder, 'dist')) ? '1' : '0');
  return hash.digest('hex');
}

/** Deletes compiled files whose source is gone: the compiler leaves them, and old specs would go on running. */
export function pruneOrphans(root) {
  const orphans = projectFolders(root).flatMap((folder) => {
    const dist = join(root, folder, 'dist');
    const compiled = existsSync(dist) ? filesBelow(dist) : [];
    return compiled.filter((path) => {
      const stem = /^(.*)\.(?:js|d\.ts)(?:\.map)?$/.exec(relative(dist, path))?.[1];
      if (!stem || stem.startsWith('web/')) return false;
      return !['.ts', '.tsx'].some((ending) => existsSync(join(root, folder, 'src', stem + ending)));
    });
  });
  for (const path of orphans) rmSync(path);
  return orphans.map((path) => relative(root, path));
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ignored.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
