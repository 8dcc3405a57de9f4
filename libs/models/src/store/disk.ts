import { statfs } from 'node:fs/promises';
import { AppError } from '@kontor/kernel';

const MEGABYTE = 1_000_000;

function diskFull(folder: string, neededBytes: number, cause?: unknown): AppError {
  const needed = neededBytes > 0 ? `${Math.ceil(neededBytes / MEGABYTE)} MB more are needed` : 'more space is needed';
  return new AppError('disk.full', {
    status: 507,
    message: `The disk of ${folder} is full: ${needed}. Nothing was lost; free some space and run the command again.`,
    details: { folder, neededBytes },
    cause,
  });
}

/** Gives a full disk its own error; anything else passes unchanged. */
export function diskError(thrown: unknown, folder: string, neededBytes = 0): unknown {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' ? diskFull(folder, neededBytes, thrown) : thrown;
}

/** Refuses before the first byte where the space is plainly too small, instead of after a gigabyte. */
export async function requireSpace(folder: string, neededBytes: number): Promise<void> {
  const disk = await statfs(folder);
  if (disk.bavail * disk.bsize < neededBytes) throw diskFull(folder, neededBytes - disk.bavail * disk.bsize);
}
