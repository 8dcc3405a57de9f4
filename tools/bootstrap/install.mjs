import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, readdirSync, statfsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupFailure, explain } from './failures.mjs';
import { findNpm } from './host.mjs';
import { logPath, run } from './processes.mjs';

const FREE_BYTES_MIN = 1_500_000_000;
const STAMP = 'node_modules/.kontor-install';

// Install scripts are off (.npmrc). Packages that work only after theirs would be listed here and run by name;
// all that Kontor uses bring their binaries as packages.
const packagesWithScripts = [];

/** Installs what the lock file names, unless that is what lies in node_modules already. */
export async function installStep(root, { env, note }) {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const stamp = `${createHash('sha256').update(lockText).digest('hex')} ${process.platform}-${process.arch}`;
  const upToDate = { did: false, summary: 'as the lock file names them' };
  if (readText(join(root, STAMP)) === stamp) return upToDate;
  if (isInstalled(JSON.parse(lockText), readText(join(root, 'node_modules/.package-lock.json')))) {
    writeFileSync(join(root, STAMP), stamp);
    return upToDate;
  }
  const npm = findNpm(env);
  checkFolder(root);
  await install(root, npm, { env, note });
  writeFileSync(join(root, STAMP), stamp);
  return { did: true, summary: `${countInstalled(root)} from the lock file installed` };
}

async function install(root, npm, { env, note }) {
  const log = logPath(root, 'install');
  // A shell with NODE_ENV=production would leave out the compiler; prefer-offline lets a warm cache do without network.
  const flags = ['--ignore-scripts', '--include=dev', '--include=optional', '--prefer-offline', '--no-audit', '--no-fund'];
  const options = { cwd: root, log, env: { ...env, PATH: hostPath(root, env), ONNXRUNTIME_NODE_INSTALL: 'skip', NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' } };
  note('installing, about 1 GB; the first time takes a minute or more');
  const counter = setInterval(() => note(`${countInstalled(root)} packages unpacked`), 1000);
  try {
    const result = await run(npm, ['ci', ...flags], options);
    if (result.code !== 0) throw explain('The packages could not be installed', result, log);
    for (const name of packagesWithScripts) {
      const rebuilt = await run(npm, ['rebuild', name, '--ignore-scripts=false'], options);
      if (rebuilt.code !== 0) throw explain(`The install script of ${name} failed`, rebuilt, log);
    }
  } finally {
    clearInterval(counter);
  }
}

// npm puts node_modules/.bin first, where our own Node lies: npm must not delete the Node that it runs on.
function hostPath(root, env) {
  return (env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(join(root, 'node_modules'))).join(delimiter);
}

/** Whether npm's own record of node_modules agrees with the lock file: so a developer's `npm install` counts too. */
export function isInstalled(lock, recordText) {
  if (!recordText) return false;
  const record = JSON.parse(recordText).packages ?? {};
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true;
    const found = record[path];
    if (!found) return Boolean(wanted.optional || wanted.devOptional || wanted.peer);
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

function checkFolder(root) {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    throw new SetupFailure(`${root} may not be written by this user: give it to the user (chown), or run as the user who owns it.`);
  }
  const disk = statfsSync(root);
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes < FREE_BYTES_MIN) {
    throw new SetupFailure(`The disk of ${root} has ${(freeBytes / 1e9).toFixed(1)} GB free and the packages need 1.5 GB: free some space and run the command again.`);
  }
}

// npm makes every folder at once and fills them as the archives arrive, so a folder counts when its package.json is there.
function countInstalled(root) {
  const folder = join(root, 'node_modules');
  if (!existsSync(folder)) return 0;
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  const packages = names.flatMap((name) => (name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => join(name, inner)) : [name]));
  return packages.filter((name) => existsSync(join(folder, name, 'package.json'))).length;
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
