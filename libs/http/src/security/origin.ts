import { isIP } from 'node:net';
import { AppError } from '@kontor/kernel';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Which names this server answers to. */
export interface HostRules {
  /** The address the server listens on. */
  host: string;
  /** Further names, with or without a port. */
  allowedHosts: readonly string[];
}

const bareName = (authority: string): string => authority.toLowerCase().replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

function isOurs(authority: string, rules: HostRules): boolean {
  const name = bareName(authority);
  // A page of another site can point its own name at this machine, but it cannot do so with an address.
  if (name === 'localhost' || isIP(name) !== 0 || name === bareName(rules.host)) return true;
  return rules.allowedHosts.some((allowed) => allowed === authority.toLowerCase() || allowed === name);
}

/**
 * Refuses a name that is not ours: a page of another site whose name was pointed at this machine
 * (DNS rebinding) would otherwise read Kontor with the reader's rights.
 */
export function checkHost(authority: string | undefined, rules: HostRules): void {
  if (authority !== undefined && isOurs(authority, rules)) return;
  throw new AppError('http.host_refused', { status: 421, message: 'Kontor does not answer under this name. Add the name to KONTOR_ALLOWED_HOSTS if it is yours.' });
}

export interface OriginHeaders {
  host?: string | undefined;
  origin?: string | undefined;
  'sec-fetch-site'?: string | string[] | undefined;
}

function originAuthority(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/** Refuses changes that a page of another site asks for (cross-site request forgery). Programs send no Origin. */
export function checkOrigin(method: string, headers: OriginHeaders, rules: HostRules): void {
  if (SAFE_METHODS.has(method)) return;
  const { origin, host } = headers;
  const authority = origin === undefined ? undefined : originAuthority(origin);
  const foreign =
    authority === undefined
      ? headers['sec-fetch-site'] === 'cross-site'
      : authority === null || (authority !== host?.toLowerCase() && !rules.allowedHosts.includes(authority) && !rules.allowedHosts.includes(bareName(authority)));
  if (foreign) throw new AppError('http.origin_refused', { status: 403, message: 'A page of another site may not change anything here.' });
}
