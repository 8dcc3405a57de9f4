/** A row as both engines return it; each repository names the columns it reads. */
export type Row = Record<string, unknown>;

/** Parameters are `$1`, `$2` …; arrays are passed as they are, JSON as text. Every failure is an AppError. */
export interface Queryable {
  query<T extends object = Row>(sql: string, parameters?: readonly unknown[]): Promise<T[]>;
}

/** One database session, held by one user at a time. */
export interface Session extends Queryable {
  /** Several statements in one message, without parameters. */
  script(sql: string): Promise<void>;
  /** Refuses work that only makes a full disk fuller; what is left is for what people do. */
  assertSpace(): Promise<void>;
  /** The session's state is unknown: nobody else gets it. */
  discard(): void;
}

/** Where there is but one session, people's turns come before the work of imports. */
export type Lane = 'person' | 'background';

/** What PGlite and PostgreSQL have in common: sessions. Transactions, roles and settings are made from them in one place. */
export interface Engine {
  readonly name: 'pglite' | 'postgres';
  /** Begins a transaction within the engine's limits; nothing that it sets outlives the transaction. */
  readonly begin: string;
  withSession<T>(lane: Lane, work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
