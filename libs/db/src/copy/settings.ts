/** Every text that the server writes is the same wherever it runs, and no limit made for people's requests ends a copy. */
export const COPY_SETTINGS = `SET LOCAL app.copying = 'on'; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL TimeZone = 'UTC';
  SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1`;
