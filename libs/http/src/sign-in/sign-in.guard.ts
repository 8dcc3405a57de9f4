import { type CanActivate, type ExecutionContext, NotFoundException } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AppError } from '@kontor/kernel';
import { parseCookies } from './cookie.js';
import { ADMINISTRATORS, HIDDEN, PUBLIC, rememberCaller } from './decorators.js';
import type { Caller, SignIn } from './sign-in.js';

/** Stands before every route, so that a route without a decorator is closed and not open. */
export class SignInGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(private readonly signIn: SignIn | undefined) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const marked = (key: string): boolean => this.reflector.getAllAndOverride<boolean | undefined>(key, [context.getHandler(), context.getClass()]) === true;
    const hidden = marked(HIDDEN);
    const caller = await this.identify(request).catch((thrown: unknown) => {
      if (hidden) return null;
      throw thrown;
    });
    if (caller) rememberCaller(request, caller);
    if (hidden) return caller?.administrator === true || notFound();
    if (marked(PUBLIC)) return true;
    if (!caller) throw new AppError('sign_in.required', { status: 401, message: 'Sign in first.' });
    if (marked(ADMINISTRATORS) && !caller.administrator) throw new AppError('sign_in.administrator_required', { status: 403, message: 'Only administrators may do this.' });
    return true;
  }

  private async identify(request: FastifyRequest): Promise<Caller | null> {
    return (await this.signIn?.identify({ headers: request.headers, cookies: parseCookies(request.headers.cookie), remoteAddress: request.ip })) ?? null;
  }
}

/** As the router says it of an address that it does not know. */
function notFound(): never {
  throw new NotFoundException();
}
