import { createHash } from 'node:crypto';
import { people, type Database } from '@kontor/db';
import { SessionSignIn, type ServiceParts } from '@kontor/http';
import { AppError } from '@kontor/kernel';

/**
 * Lets the operator in by the token of the configuration and, in the demo, sessions. The key of sessions follows from
 * the token where none is set, so that all instances of a service know each other's sessions.
 */
export function operatorSignIn({ config }: Pick<ServiceParts, 'config'>, database: Database): SessionSignIn {
  const { tenant, operatorToken: token, sessionKey } = config.services;
  if (token === undefined) throw new AppError('service.operator_token_missing', { message: 'Nobody could sign in: set KONTOR_OPERATOR_TOKEN to at least 32 random characters, the same for all services.' });
  const key = createHash('sha256').update(sessionKey?.reveal() ?? `session key of ${token.reveal()}`).digest();
  return new SessionSignIn({ tenant, token: token.reveal(), key, demo: config.demo.enabled, find: (person) => database.worker(tenant, (tx) => people.findCaller(tx, person)) });
}
