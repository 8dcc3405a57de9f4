/** The lock file works with any registry, and what tools/absent stands in for is not installed by a back door. */
export function* lockFile(tree) {
  const file = 'package-lock.json';
  const packages = tree.json(file)?.packages ?? {};
  const standIns = new Set(tree.paths.filter((path) => /^tools\/absent\/[^/]+\/package\.json$/.test(path)).map((path) => tree.json(path).name));
  for (const [path, entry] of Object.entries(packages)) {
    if (/^https?:/.test(entry.resolved ?? '')) {
      yield { file, message: `names the registry of ${path}: set omit-lockfile-registry-resolved=true for npm and write the file anew.` };
    }
    const name = path.replace(/^.*node_modules\//, '');
    if (path.includes('node_modules/') && standIns.has(name) && !entry.link) {
      yield { file, message: `installs the real ${name}: set the version in tools/absent to ${entry.version}, so that the stand-in takes its place.` };
    }
  }
}
