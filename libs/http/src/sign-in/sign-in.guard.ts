import { type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AppError } from '@kontor/kernel';
import { parseCookies } from './cookie.js';
import { ADMINISTRATORS, PUBLIC, rememberCaller } from './decorators.js';
import type { SignIn } from './sign-in.js';

/** Stands before every route, so that a route without a decorator is closed and not open. */
export class SignInGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(private readonly signIn: SignIn | undefined) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const marked = (key: string): boolean => this.reflector.getAllAndOverride<boolean | undefined>(key, [context.getHandler(), context.getClass()]) === true;
    const caller = await this.signIn?.identify({ headers: request.headers, cookies: parseCookies(request.headers.cookie), remoteAddress: request.ip });
    if (caller) rememberCaller(request, caller);
    if (marked(PUBLIC)) return true;
    if (!caller) throw new AppError('sign_in.required', { status: 401, message: 'Sign in first.' });
    if (marked(ADMINISTRATORS) && !caller.administrator) throw new AppError('sign_in.administrator_required', { status: 403, message: 'Only administrators may do this.' });
    return true;
  }
}
