/** The cookies of a request; a malformed pair is skipped, because the browser may carry cookies of other programs. */
export function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    if (at > 0 && /^[\x21-\x7e]*$/.test(value) && !cookies.has(name)) cookies.set(name, value);
  }
  return cookies;
}

export interface CookieOptions {
  /** 0 takes the cookie away. */
  maxAgeSeconds: number;
  /** True where the browser reaches Kontor by https. */
  secure: boolean;
}

/** A `set-cookie` value for a session: no script reads it, no other site sends it. */
export function sessionCookie(name: string, value: string, options: CookieOptions): string {
  return [`${name}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${options.maxAgeSeconds}`, ...(options.secure ? ['Secure'] : [])].join('; ');
}
