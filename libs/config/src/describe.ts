import type { Config } from './load.js';
import { slices } from './slices.js';
import { Secret } from './secret.js';
import type { Variable } from './variable.js';

const SECRET_NAME = /SECRET|PASSWORD|TOKEN|ACCESS_KEY|ACCOUNT/;

/** What a Kontor was set up with, for whoever sets up another like it. No secret: those are named, and their values are left out. */
export function describeConfiguration(config: Config): Record<string, string> {
  const described: Record<string, string> = {};
  for (const [slice, variables] of Object.entries(slices)) {
    for (const [key, variable] of Object.entries<Variable<unknown>>(variables)) {
      const value = (config[slice as keyof typeof slices] as Readonly<Record<string, unknown>>)[key];
      if (value === undefined) continue;
      // Of an address that may hold a password the rest is worth keeping.
      const shown = value instanceof Secret && variable.name.endsWith('_URL') ? value.reveal() : value;
      described[variable.name] = shown instanceof Secret || SECRET_NAME.test(variable.name) ? '(a secret, not kept)' : withoutCredentials(String(shown));
    }
  }
  return described;
}

/** An address with an account in it, or with a query, may hold a password in places that no two programs agree on. */
const withoutCredentials = (text: string): string => (/^[\w+]+:\/\//.test(text) && /[@?]/.test(text) ? `${text.split(':', 1)[0]}://(an address with an account, not kept)` : text);
