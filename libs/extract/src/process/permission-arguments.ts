import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Node's permission model for the child: it may read its own code and start the memory guard, and nothing else.
 * No file of the machine, no writing, no process, no native addon.
 */
export function permissionArguments(): string[] {
  const own = join(import.meta.dirname, '..', '..');
  const kernel = join(dirname(fileURLToPath(import.meta.resolve('@kontor/kernel'))), '..');
  const folders = new Set([own, kernel, ...[...PARSER_PACKAGES].map(packagesFolder)]);
  return ['--permission', '--allow-worker', ...[...folders].map((folder) => `--allow-fs-read=${join(folder, '*')}`)];
}

// Wherever the package manager put them: one folder for all, as a rule.
const PARSER_PACKAGES = ['chardet', 'file-type', 'iconv-lite', 'mammoth', 'markdown-it', 'parse5', 'unpdf', 'yauzl'];

/** The outermost `node_modules` folder that holds the package: its dependencies lie there too. */
function packagesFolder(name: string): string {
  const folder = `${sep}node_modules${sep}`;
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const resolved = fileURLToPath(import.meta.resolve(name));
  const at = resolved.indexOf(folder);
  return at < 0 ? (paths[0] ?? dirname(resolved)) : resolved.slice(0, at + folder.length - 1);
}
