import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMINISTRATOR } from '@kontor/contracts';
import { corpora } from '@kontor/db';
import { openIngestion, TENANT, type IngestionWorld } from '../testing/ingestion-world.js';
import { UploadService } from './upload.service.js';

const MEGABYTE = 1_048_576;
const LEAVE = '# Leave\n\nEvery employee has thirty days of leave a year.\n';

/** A small disk of its own, where this account may mount one; null elsewhere. */
async function mountDisk(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const point = await mkdtemp(join(tmpdir(), 'kontor-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300m', 'tmpfs', point], { stdio: 'ignore' });
    return point;
  } catch {
    await rm(point, { recursive: true });
    return null;
  }
}

const disk = await mountDisk();
let world: IngestionWorld;
beforeAll(async () => {
  if (disk === null) return;
  await mkdir(join(disk, 'data'));
  world = await openIngestion(join(disk, 'data'));
  await world.work();
});
afterAll(async () => {
  if (disk === null) return;
  await world.close();
  execFileSync('umount', [disk]);
  await rm(disk, { recursive: true });
});

const readable = () => world.database.person({ tenant: TENANT, person: 'admin', principals: [ADMINISTRATOR] }, (tx) => corpora.visibleCorpora(tx));
async function* oneFile(content: Readable) {
  yield { name: 'big.txt', content, assertWhole: () => undefined };
}

describe.skipIf(disk === null)('a full disk (needs the right to mount one)', () => {
  it('refuses what no longer fits with a code, keeps what is there, and takes it once there is room', async () => {
    const progress = await world.finished((await world.bring({ 'leave.md': LEAVE })).runId);
    expect(progress).toMatchObject({ state: 'finished', parsed: 1 });
    const { bavail, bsize } = await statfs(disk!);
    await writeFile(join(disk!, 'ballast'), Buffer.alloc(bavail * bsize - MEGABYTE));
    const uploads = new UploadService(world.ports);
    await expect(uploads.upload('handbook', oneFile(Readable.from(Array.from({ length: 8 }, () => Buffer.alloc(MEGABYTE, 'text ')))))).rejects.toMatchObject({ code: expect.stringMatching(/disk_full$/), status: 507, message: expect.stringContaining('free some space') });
    expect(await readable()).toMatchObject([{ name: 'handbook', documents: 1 }]);
    await rm(join(disk!, 'ballast'));
    const { runId } = await uploads.upload('handbook', oneFile(Readable.from([Buffer.from(LEAVE)])));
    expect(await world.finished(runId)).toMatchObject({ state: 'finished', parsed: 1, failed: 0 });
    expect(await readable()).toMatchObject([{ documents: 2 }]);
  });
});
