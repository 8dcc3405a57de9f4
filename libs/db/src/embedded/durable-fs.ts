import { closeSync, fsyncSync, openSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import type { PGlite } from '@electric-sql/pglite';

interface EmscriptenStream {
  nfd?: number;
  node: unknown;
}

interface NodeFileSystem {
  stream_ops: { fsync?: (stream: EmscriptenStream) => number };
  realPath(node: unknown): string;
}

/**
 * PGlite's file system, with an fsync that reaches the disk. The stock one answers "done" without asking the host, and
 * the stock start switches fsync off. Both together leave a store that survives a killed process but not a power cut.
 */
export class DurableFs extends NodeFS {
  override async init(pglite: PGlite, options: Parameters<NodeFS['init']>[1]): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pglite, options);
    const addSync = (module: { FS: { filesystems: object } }): void => {
      const { NODEFS } = module.FS.filesystems as { NODEFS: NodeFileSystem };
      NODEFS.stream_ops.fsync = (stream) => {
        syncHostFile(stream, NODEFS);
        return 0;
      };
    };
    emscriptenOpts.preRun = [...(emscriptenOpts.preRun ?? []), addSync];
    return { emscriptenOpts };
  }
}

// A failure to sync must stop the engine, as it stops PostgreSQL: what was thought to be on the disk is not.
function syncHostFile(stream: EmscriptenStream, fileSystem: NodeFileSystem): void {
  if (stream.nfd !== undefined) {
    fsyncSync(stream.nfd);
    return;
  }
  // Only a directory has no descriptor of the host. Windows cannot open one, and needs no sync of it.
  if (process.platform === 'win32') return;
  const descriptor = openSync(fileSystem.realPath(stream.node), 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
