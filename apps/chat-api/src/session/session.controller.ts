import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { callerOf, Public, sessionCookie } from '@kontor/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SessionService, type Session } from './session.service.js';

export const SESSION_COOKIE = 'kontor_session';
const DAY_SECONDS = 86_400;
const SignInRequest = z.object({ person: z.string().min(1).max(200) });

@Controller('api/session')
@Public()
export class SessionController {
  constructor(@Inject(SessionService) private readonly service: SessionService) {}

  @Get()
  describe(@Req() request: FastifyRequest): Promise<Session> {
    return this.service.describe(callerOf(request));
  }

  @Post()
  @HttpCode(200)
  async signIn(@Body({ schema: SignInRequest }) body: z.infer<typeof SignInRequest>, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Session> {
    const value = await this.service.signIn(body.person);
    reply.header('set-cookie', sessionCookie(SESSION_COOKIE, value, { maxAgeSeconds: DAY_SECONDS, secure: request.protocol === 'https' }));
    return this.service.describe(await this.service.callerOf(body.person));
  }

  @Delete()
  @HttpCode(200)
  signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Session> {
    reply.header('set-cookie', sessionCookie(SESSION_COOKIE, '', { maxAgeSeconds: 0, secure: request.protocol === 'https' }));
    return this.service.describe(null);
  }
}
