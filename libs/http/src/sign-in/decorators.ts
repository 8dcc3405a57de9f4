import { createParamDecorator, type CustomDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invariant } from '@kontor/kernel';
import type { Caller } from './sign-in.js';

export const PUBLIC = 'kontor:public';
export const ADMINISTRATORS = 'kontor:administrators';

export const HIDDEN = 'kontor:hidden';

/** Answers administrators; whoever else asks, signed in or not, finds nothing at this address. */
export const HiddenFromOthers = (): CustomDecorator => SetMetadata(HIDDEN, true);

const callers = new WeakMap<FastifyRequest, Caller>();
export const rememberCaller = (request: FastifyRequest, caller: Caller): void => void callers.set(request, caller);

/** Answers without a sign-in. Everything else needs one. */
export const Public = (): CustomDecorator => SetMetadata(PUBLIC, true);

/** Answers administrators only. */
export const Administrators = (): CustomDecorator => SetMetadata(ADMINISTRATORS, true);

/** The signed-in caller of a request, or null on a public route that nobody signed in for. */
export const callerOf = (request: FastifyRequest): Caller | null => callers.get(request) ?? null;

/**
 * The caller as a handler's parameter.
 *
 * @example list(@Principal() caller: Caller) { return this.service.list(caller); }
 */
export const Principal = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
  invariant(caller, '@Principal() stands on a public route, where there may be no caller: use callerOf(request)');
  return caller;
});
