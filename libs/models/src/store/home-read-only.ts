import { AppError } from '@kontor/kernel';

const FORBIDDEN = ['EROFS', 'EACCES', 'EPERM'];

/** What to do where a service sees its models read-only, as in Compose and Kubernetes; any other error comes back as it is. */
export function homeReadOnly(thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (!FORBIDDEN.includes(code)) return thrown;
  return new AppError('model.home_read_only', {
    status: 409,
    message: 'Kontor may only read KONTOR_HOME here. Name the model in KONTOR_CHAT_MODEL or KONTOR_EMBEDDER of the services, bring it with `kontor models pull` where KONTOR_HOME may be written to, and start them again; or give Kontor\'s account that folder.',
    cause: thrown,
  });
}
