/** What crosses between the process and the thread that holds PGlite. */
export type Request =
  | { id: number; kind: 'query'; sql: string; parameters: readonly unknown[] }
  | { id: number; kind: 'script'; sql: string }
  | { id: number; kind: 'listen'; channel: string }
  | { id: number; kind: 'unlisten'; channel: string }
  | { id: number; kind: 'dump' }
  | { id: number; kind: 'close' };

export interface QueryResult {
  rows: Record<string, unknown>[];
  affectedRows: number;
  fields: { name: string; dataTypeID: number }[];
}

export type Reply =
  | { kind: 'ready' }
  | { kind: 'broken'; message: string }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'error'; id: number; message: string; code: string | undefined; detail: string | undefined; constraint: string | undefined }
  | { kind: 'notification'; channel: string; payload: string };
