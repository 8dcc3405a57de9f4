/** A row as both engines return it; each repository names the columns it reads. */
export type Row = Record<string, unknown>;

/** One open transaction. Parameters are `$1`, `$2` …; arrays and JSON are passed as they are. */
export interface Queryable {
  query<T extends object = Row>(sql: string, parameters?: readonly unknown[]): Promise<T[]>;
}

/** What PGlite and PostgreSQL have in common: transactions, and scripts outside of one. */
export interface Engine {
  readonly name: 'pglite' | 'postgres';
  transaction<T>(work: (connection: Queryable) => Promise<T>): Promise<T>;
  /** Runs a script of several statements in one transaction, as the owner; migrations only. */
  script(sql: string): Promise<void>;
  close(): Promise<void>;
}
