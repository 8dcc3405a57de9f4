import { ADMINISTRATOR, groupPrincipal } from '@kontor/contracts';

export interface AccessRule {
  prefix: string;
  groups: readonly string[];
}

/**
 * Who may read the document at a path: the groups of the longest prefix that the path begins with.
 * Without a rule that fits nobody but administrators reads it.
 */
export function principalsOf(corpus: string, path: string, rules: readonly AccessRule[]): string[] {
  let best: AccessRule | undefined;
  for (const rule of rules) {
    if (path.startsWith(rule.prefix) && (!best || rule.prefix.length > best.prefix.length)) best = rule;
  }
  return best ? best.groups.map((group) => groupPrincipal(corpus, group)) : [ADMINISTRATOR];
}
