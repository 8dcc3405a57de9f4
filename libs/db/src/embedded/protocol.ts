/** What the main thread asks of the thread that holds PGlite, and what comes back. */
export type Request = { id: number } & (
  | { kind: 'query'; sql: string; parameters: readonly (string | null)[] }
  | { kind: 'script'; sql: string }
  | { kind: 'close' }
);

export interface EngineResult {
  rows: Record<string, unknown>[];
  rowCount: number;
  command: string;
  fields: { name: string; dataTypeID: number }[];
}

/** The parts of a server's error that callers decide by. */
export interface EngineError {
  message: string;
  code?: string;
  constraint?: string;
  table?: string;
  routine?: string;
  /** The engine itself is gone: no further request will be answered. */
  fatal: boolean;
}

export type Reply =
  | { kind: 'ready' }
  | { kind: 'failed'; error: EngineError }
  | { kind: 'result'; id: number; results: EngineResult[] }
  | { kind: 'error'; id: number; error: EngineError }
  | { kind: 'notification'; channel: string; payload: string };

export interface WorkerSettings {
  directory: string | null;
  /** Compiled once and shared by both engines of a store. */
  module: WebAssembly.Module;
  extensions: readonly 'vector'[];
  parameters: readonly string[];
}
