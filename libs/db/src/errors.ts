import { AppError, type AppErrorOptions } from '@kontor/kernel';

/** What both drivers put on an error of the server. Detail, query and parameters stay out: they hold rows. */
interface ServerError {
  code?: unknown;
  constraint?: unknown;
  table?: unknown;
}

const known: Record<string, [code: string, options: AppErrorOptions]> = {
  '53100': ['store.disk_full', { status: 507, retry: 'later', message: 'The disk that holds the database is full. Free some space; nothing that was saved is lost.' }],
  '53200': ['store.out_of_memory', { status: 503, retry: 'later', message: 'The database ran out of memory.' }],
  '53300': ['store.unreachable', { status: 503, retry: 'later', message: 'The database accepts no more connections.' }],
  '40001': ['store.conflict', { status: 409, retry: 'later', message: 'Another change came first. Try again.' }],
  '40P01': ['store.conflict', { status: 409, retry: 'later', message: 'Another change came first. Try again.' }],
  '55P03': ['store.lock_timeout', { status: 503, retry: 'later', message: 'Another change held what this one needs for too long. Try again.' }],
  '28P01': ['store.credentials_refused', { status: 503, retry: 'later', message: 'The database refuses the account or its password. Check KONTOR_DATABASE_URL, and whether the password has expired.' }],
  '28000': ['store.credentials_refused', { status: 503, retry: 'later', message: 'The database refuses the account or its password. Check KONTOR_DATABASE_URL, and whether the password has expired.' }],
  '3D000': ['store.database_missing', { status: 503, retry: 'later', message: 'There is no such database on the server. Create it, or correct its name in KONTOR_DATABASE_URL.' }],
  '42P01': ['store.schema_mismatch', { status: 503, retry: 'later', message: 'The database lacks a table that this Kontor reads. Run: kontor migrate.' }],
  '42703': ['store.schema_mismatch', { status: 503, retry: 'later', message: 'The database lacks a column that this Kontor reads. Run: kontor migrate, or update Kontor where the database is newer.' }],
  '58030': ['store.disk_failed', { status: 503, retry: 'later', message: 'The database cannot read or write its disk.' }],
  'XX001': ['store.damaged', { message: 'The database found damage in its files. Restore it from a backup.' }],
  'XX002': ['store.damaged', { message: 'The database found damage in an index. An administrator of the database runs: REINDEX DATABASE;' }],
  '57014': ['store.timeout', { status: 503, retry: 'later', message: 'The database took too long to answer.' }],
  '25006': ['store.read_only', { status: 503, retry: 'later', message: 'The database takes no changes at present: the address leads to a replica, or the server was set to read only.' }],
  '42501': ['store.forbidden', { status: 403, message: 'The database refused this to the role in use.' }],
  '23505': ['store.duplicate', { status: 409, message: 'There is such a row already.' }],
};

// 25P03 and 57P05 end a session that was idle too long; 26000 is what a pooler that mixed up sessions makes of a statement.
const UNREACHABLE = /^(08...|57P0[12345]|25P03|26000|ECONNREFUSED|ECONNRESET|ENOTFOUND|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT|EACCES)$/;

/**
 * Makes the one error of Kontor from what a driver threw. Row contents never enter the message;
 * `details.sqlstate` tells callers what happened.
 */
export function storeError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { code, constraint, table } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as ServerError;
  const sqlstate = typeof code === 'string' ? code : 'unknown';
  const details = { sqlstate, ...(typeof constraint === 'string' && { constraint }), ...(typeof table === 'string' && { table }) };
  const match = known[sqlstate];
  if (match) return new AppError(match[0], { ...match[1], details, cause: withoutRows(thrown) });
  if (UNREACHABLE.test(sqlstate)) {
    return new AppError('store.unreachable', { status: 503, retry: 'later', message: 'The database cannot be reached.', details, cause: withoutRows(thrown) });
  }
  return new AppError('store.query_failed', { message: `The database refused a query (${sqlstate}).`, details, cause: withoutRows(thrown) });
}

/** Keeps what a developer needs and drops what may hold a document's or a question's text. */
function withoutRows(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return undefined;
  const { routine } = thrown as { routine?: unknown };
  const copy = new Error(`server error in ${typeof routine === 'string' ? routine : thrown.name}`);
  if (thrown.stack) copy.stack = thrown.stack.slice(thrown.stack.indexOf('\n    at '));
  return copy;
}
