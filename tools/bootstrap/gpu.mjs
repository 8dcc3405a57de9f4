import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure, explain } from './failures.mjs';
import { findNpm } from './host.mjs';
import { logPath, run } from './processes.mjs';

const builds = { cuda: ['linux-x64-cuda', 'linux-x64-cuda-ext'], vulkan: ['linux-x64-vulkan'] };

/** Brings the llama.cpp build that KONTOR_GPU names; tools/absent keeps it out of the default install. */
export async function gpuStep(root, { env, note }) {
  const kind = env.KONTOR_GPU;
  const names = builds[kind];
  if (!names) throw new SetupFailure(`KONTOR_GPU must be one of ${Object.keys(builds).join(', ')}, or not set.`);
  if (`${process.platform}-${process.arch}` !== 'linux-x64') throw new SetupFailure(`KONTOR_GPU is not supported on ${process.platform}-${process.arch}: unset it.`);
  // node-llama-cpp looks in its own node_modules first, so the real package wins over its stand-in.
  const folder = join(root, 'node_modules/node-llama-cpp/node_modules/@node-llama-cpp');
  const missing = names.filter((name) => !existsSync(join(folder, name)));
  if (missing.length === 0) return { did: false, summary: kind };
  mkdirSync(folder, { recursive: true });
  for (const name of missing) {
    note(`downloading ${name}`);
    await bring(root, folder, name, env);
  }
  return { did: true, summary: `${kind} installed` };
}

async function bring(root, folder, name, env) {
  const { name: packageName, version, kontor } = JSON.parse(readFileSync(join(root, `tools/absent/llama-${name}/package.json`), 'utf8'));
  const log = logPath(root, 'graphics');
  const work = mkdtempSync(join(folder, '.download-'));
  try {
    const packed = await run(findNpm(env), ['pack', `${packageName}@${version}`, '--pack-destination', work], { cwd: work, env, log });
    if (packed.code !== 0) throw explain(`${packageName} could not be downloaded`, packed, log);
    const archive = join(work, readdirSync(work).find((file) => file.endsWith('.tgz')));
    const hash = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (hash !== kontor.integrity) throw new SetupFailure(`${packageName} is not the package that Kontor knows: its hash differs from tools/absent. Do not use it.`, log);
    const unpacked = await run('tar', ['-xzf', archive, '-C', work], { cwd: work, env, log });
    if (unpacked.code !== 0) throw explain(`${packageName} could not be unpacked`, unpacked, log);
    renameSync(join(work, 'package'), join(folder, name));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
