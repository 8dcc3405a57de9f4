import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { loadConfig } from '@kontor/config';

const run = promisify(execFile);
const MINUTES_15_MS = 900_000;
const HELM = 'helm.sh/helm/v3/cmd/helm@v3.22.0';
const SCHEMAS = { package: 'kubernetes-validate==1.37.0', sha256: '85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9' };

// In the same cache as the models, so that a second checkout and a second run find them.
const cache = join(loadConfig().home.directory, 'tools');

/** Helm: that of this machine, else one built by Go, which only CI waits for. A sentence says why there is none. */
export async function findHelm({ env = process.env } = {}) {
  const installed = onPath('helm', env);
  if (installed) return { path: installed };
  const folder = join(cache, 'helm-3.22.0');
  const built = join(folder, 'helm');
  if (existsSync(built)) return { path: built };
  if (!env.CI) return { missing: 'helm is not installed; CI=true has Go build it' };
  if (!onPath('go', env)) return { missing: 'neither helm nor Go, which could build it, is installed' };
  const fetched = await once(folder, (draft) => run('go', ['install', HELM], { env: { ...env, GOBIN: draft }, timeout: MINUTES_15_MS }));
  return fetched.missing ? fetched : { path: built };
}

/** The folder of the JSON schemas of one Kubernetes version, such as `1.34.0`; they come as a Python package. */
export async function findKubernetesSchemas(version, { env = process.env } = {}) {
  const folder = join(cache, `kubernetes-schemas-${version}`);
  if (existsSync(folder)) return { path: folder };
  if (!env.CI) return { missing: 'the schemas of Kubernetes are not on this machine; CI=true fetches them' };
  const fetched = await once(folder, async (draft) => {
    await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--disable-pip-version-check', '--dest', draft, SCHEMAS.package], { env, timeout: MINUTES_15_MS });
    const wheel = join(draft, readdirSync(draft).find((name) => name.endsWith('.whl')));
    unpackSchemas(readFileSync(wheel), version, draft);
    rmSync(wheel);
  });
  return fetched.missing ? fetched : { path: folder };
}

function unpackSchemas(wheel, version, target) {
  const hash = createHash('sha256').update(wheel).digest('hex');
  if (hash !== SCHEMAS.sha256) throw new Error(`${SCHEMAS.package} is not the package that Kontor knows: its hash is ${hash}`);
  const folder = `kubernetes_validate/kubernetes-json-schema/v${version}-local-strict/`;
  const files = unzipSync(wheel, { filter: ({ name }) => name.startsWith(folder) && name.endsWith('.json') });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(target, name.slice(folder.length)), bytes);
}

// Beside its place first, so that what is there is whole.
async function once(folder, fetch) {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  try {
    await fetch(draft);
    if (!existsSync(folder)) renameSync(draft, folder);
    return {};
  } catch (error) {
    return { missing: `it could not be fetched: ${error.message.split('\n')[0]}` };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function onPath(name, env) {
  return (env.PATH ?? '').split(delimiter).filter(Boolean).map((folder) => join(folder, name)).find((path) => existsSync(path));
}
