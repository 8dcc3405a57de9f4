import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppError } from '@kontor/kernel';
import { type Health, type Logger, silentLogger } from '@kontor/observability';
import { createAdapter } from './adapter.js';
import { Departure } from './departure.js';
import { nestLogger } from './nest-logger.js';
import { type Pages, servePages } from './pages/pages.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { validationPipe } from './problem/validation.js';
import { SignInGuard } from './sign-in/sign-in.guard.js';
import type { SignIn } from './sign-in/sign-in.js';

export interface HttpOptions {
  host: string;
  /** 0 takes a free port. */
  port: number;
  bodyBytesMax: number;
  fileBytesMax?: number;
  allowedHosts?: readonly string[];
  logger?: Logger;
  /** Without it only public routes answer. */
  signIn?: SignIn;
  health?: Health;
  pages?: readonly Pages[];
  /** How long a closing server serves on while readiness says no, so that load balancers send no more. */
  leaveMs?: number;
  /** How long requests and event streams under way may go on after that. Without it streams end at once. */
  drainMs?: number;
  /** How long a close waits for what was told to end. */
  closeWaitMs?: number;
}

export interface RunningHttp {
  /** Without a slash at the end. */
  url: string;
  port: number;
  /** A provider of the module or of one that it imports. */
  get<Provider>(type: Type<Provider>): Provider;
  close(): Promise<void>;
}

const FILE_BYTES_MAX = 104_857_600;

const LISTEN_ERRORS: Record<string, (host: string, port: number) => AppError> = {
  EADDRINUSE: (host, port) =>
    new AppError('http.port_in_use', { message: `Port ${port} on ${host} is in use. Stop the program that uses it, or set KONTOR_PORT to another port (0 takes a free one).`, details: { host, port } }),
  EACCES: (host, port) => new AppError('http.port_forbidden', { message: `This user may not listen on port ${port}. Set KONTOR_PORT to a port above 1023.`, details: { host, port } }),
  EADDRNOTAVAIL: (host, port) => new AppError('http.host_unavailable', { message: 'KONTOR_HOST is not an address of this machine.', details: { host, port } }),
  ENOTFOUND: (host, port) => new AppError('http.host_unavailable', { message: 'KONTOR_HOST is a name that this machine cannot resolve.', details: { host, port } }),
};

function listenError(thrown: unknown, host: string, port: number): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return LISTEN_ERRORS[code]?.(host, port) ?? thrown;
}

/**
 * Serves a Nest module: problem documents, sign-in, limits, security headers, pages.
 *
 * @example const http = await startHttp(ChatModule.with(ports), { ...config.http, logger, signIn, pages });
 * @throws AppError `http.port_in_use` and its like, which say what to do
 */
export async function startHttp(module: Type | DynamicModule, options: HttpOptions): Promise<RunningHttp> {
  const { host, port, logger = silentLogger, allowedHosts = [], fileBytesMax = FILE_BYTES_MAX } = options;
  const adapter = createAdapter({ host, allowedHosts, fileBytesMax, bodyBytesMax: options.bodyBytesMax, logger, ...(options.health ? { health: options.health } : {}) });
  const application = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: nestLogger(logger), abortOnError: false });
  application.useGlobalFilters(new ProblemFilter(logger));
  application.useGlobalPipes(validationPipe());
  application.useGlobalGuards(new SignInGuard(options.signIn));
  const instance: FastifyInstance = adapter.getInstance();
  const departure = new Departure(application, options);
  try {
    await application.init();
    await servePages(instance, options.pages ?? []);
    await application.listen({ host, port });
  } catch (thrown) {
    await application.close();
    throw listenError(thrown, host, port);
  }
  const address = instance.server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    get: (type) => application.get(type, { strict: false }),
    close: () => departure.close(),
  };
}
