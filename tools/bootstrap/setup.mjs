import { buildStep } from './build.mjs';
import { gpuStep } from './gpu.mjs';
import { checkHost } from './host.mjs';
import { installStep } from './install.mjs';
import { withSetupLock } from './lock.mjs';
import { Progress } from './progress.mjs';
import { findRuntime } from './runtime.mjs';

/** Brings the checkout at `root` to the state in which it runs. Resolves with the path of Node 24. */
export async function setUp(root, { quiet = false, env = process.env } = {}) {
  const progress = new Progress({ quiet });
  return withSetupLock(root, progress, async () => {
    await progress.step('machine', () => checkHost(env));
    await progress.step('packages', (note) => installStep(root, { env, note }));
    if (env.KONTOR_GPU) await progress.step('graphics', (note) => gpuStep(root, { env, note }));
    const runtime = findRuntime(root);
    await progress.step('runtime', () => ({ did: false, summary: `Node ${runtime.version}` }));
    await progress.step('build', (note) => buildStep(root, { env, note, node: runtime.path }));
    return { node: runtime.path };
  });
}
