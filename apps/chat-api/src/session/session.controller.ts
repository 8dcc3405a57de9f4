import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { SESSION_COOKIE, SignInRequest, type Session } from '@kontor/contracts';
import { callerOf, Public, sessionCookie } from '@kontor/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SessionService } from './session.service.js';

const DAY_SECONDS = 86_400;

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
  async signIn(@Body({ schema: SignInRequest }) body: SignInRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Session> {
    const { cookie, session } = await this.service.signIn(body.person);
    reply.header('set-cookie', sessionCookie(SESSION_COOKIE, cookie, { maxAgeSeconds: DAY_SECONDS, secure: request.protocol === 'https' }));
    return session;
  }

  @Delete()
  @HttpCode(200)
  signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Session> {
    reply.header('set-cookie', sessionCookie(SESSION_COOKIE, '', { maxAgeSeconds: 0, secure: request.protocol === 'https' }));
    return this.service.describe(null);
  }
}
