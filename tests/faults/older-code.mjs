// Old and new code on one schema, as during an update: takes the code of a former commit (by default the one before the
// newest migration came), builds it beside this one, and
//  1. runs its own suites of the database on the newest schema,
//  2. lets its services and this checkout's, one of each, serve the same people over one database that `kontor migrate`
//     of this checkout made, while they search, ask and import. No request may fail.
//
//   node tests/faults/older-code.mjs [commit]
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { settle, startBusyFirm } from './services/rolling.mjs';

const SIDE_BY_SIDE_MS = 30_000;
const MIGRATIONS = 'libs/db/migrations';
/** Those that use the database as services do; the others are about migrations themselves. */
const SUITES = ['libs/db/dist/database', 'libs/db/dist/access'];
const GUARD = 'libs/db/dist/guard.js';
const ROLES = /export const ROLES = .*;/;

const root = fileURLToPath(new URL('../../', import.meta.url));
const exec = promisify(execFile);
const run = (cwd, file, ...args) => exec(file, args, { cwd, maxBuffer: 67_108_864 }).then(({ stdout }) => stdout.trim(), (error) => { throw new Error(`${file} ${args.join(' ')}:\n${error.stdout}${error.stderr}`); });
const git = (...args) => run(root, 'git', ...args);

const commit = process.argv[2] ?? (await beforeNewestMigration());
const older = join(await mkdtemp(join(tmpdir(), 'kontor-older-')), 'kontor');
let failed = true;
try {
  await build();
  const brought = (await readdir(join(root, MIGRATIONS))).filter((name) => name.endsWith('.sql'));
  const known = new Set(await readdir(join(older, MIGRATIONS)));
  console.log(`the code of ${await git('log', '-1', '--format=%h %s', commit)}`);
  console.log(`does not know ${brought.filter((name) => !known.has(name)).join(', ') || 'nothing of this schema'}`);
  await runSuites(brought.filter((name) => !known.has(name)));
  failed = await sideBySide();
} finally {
  await git('worktree', 'remove', '--force', older).catch(() => undefined);
  await rm(join(older, '..'), { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

async function beforeNewestMigration() {
  const newest = (await readdir(join(root, MIGRATIONS))).filter((name) => name.endsWith('.sql')).sort().at(-1);
  const came = (await git('log', '--diff-filter=A', '--format=%H', '--', `${MIGRATIONS}/${newest}`)).split('\n').at(-1);
  if (!came) throw new Error(`${newest} is not committed yet: name the commit whose code shall run`);
  return `${came}^`;
}

/** The packages are those of this checkout; Kontor's own are the older ones. */
async function build() {
  await git('worktree', 'add', '--detach', older, commit);
  const from = join(root, 'node_modules');
  await mkdir(join(older, 'node_modules/@kontor'), { recursive: true });
  for (const name of await readdir(from)) if (name !== '@kontor' && name !== '.cache') await symlink(join(from, name), join(older, 'node_modules', name));
  for (const folder of ['apps', 'libs', 'tools']) {
    for (const name of await readdir(join(older, folder))) await symlink(join(older, folder, name), join(older, 'node_modules/@kontor', name)).catch(() => undefined);
  }
  await run(older, process.execPath, join(from, 'typescript/bin/tsc'), '-b', 'apps/standalone');
}

async function runSuites(unknown) {
  // In the suites the older code brings the schema up to date itself, so it is lent the newest files and roles, and gives
  // them back: the services below must find what `kontor migrate` of the new version made.
  for (const name of unknown) await copyFile(join(root, MIGRATIONS, name), join(older, MIGRATIONS, name));
  const [own, newest] = await Promise.all([older, root].map((checkout) => readFile(join(checkout, GUARD), 'utf8')));
  await writeFile(join(older, GUARD), own.replace(ROLES, ROLES.exec(newest)[0]));
  const said = await run(older, process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'medium', ...SUITES);
  console.log(`its suites of the database on the newest schema: ${/Tests .*/.exec(said.replace(/\u001b\[[0-9;]*m/g, ''))?.[0]}`);
  for (const name of unknown) await rm(join(older, MIGRATIONS, name));
  await writeFile(join(older, GUARD), own);
}

async function sideBySide() {
  const firm = await startBusyFirm({ people: 4, roots: [older, root] });
  try {
    await pause(SIDE_BY_SIDE_MS);
    const { faults, counts } = await settle(firm);
    console.log(`old and new services side by side: ${JSON.stringify(counts)}`);
    for (const fault of faults) console.log(`FAULT ${fault}`);
    console.log(faults.length > 0 ? 'faults were found' : 'no fault');
    return faults.length > 0;
  } finally {
    await firm.close();
  }
}
