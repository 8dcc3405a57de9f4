import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mounted = new Set();
process.once('exit', () => mounted.forEach((disk) => disk.unmount()));

/**
 * A small disk in memory, at `point` or in a folder of its own, which a test may fill up; null where this account may not
 * mount one. It goes with the process.
 */
export function mountSmallDisk({ sizeMebibytes, point = mkdtempSync(join(tmpdir(), 'kontor-disk-')), mode = '0700', account }) {
  if (process.platform !== 'linux') return null;
  const owner = account ? `,uid=${account.uid},gid=${account.gid}` : '';
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMebibytes}m,mode=${mode}${owner}`, 'tmpfs', point], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const ballast = join(point, 'ballast');
  const disk = {
    point,
    /** Leaves so many bytes free. */
    fill(freeBytes = 0) {
      const { bavail, bsize } = statfsSync(point);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - freeBytes)));
    },
    free: () => rmSync(ballast, { force: true }),
    unmount() {
      // At once for others, and for a server that still has it open once that ends.
      if (mounted.delete(disk)) execFileSync('umount', ['--lazy', point], { stdio: 'ignore' });
    },
  };
  mounted.add(disk);
  return disk;
}
