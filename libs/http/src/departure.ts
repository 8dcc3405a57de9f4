import { setTimeout as pause } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { READY_PATH } from './adapter.js';
import { endEventStreams } from './sse/event-stream.js';

const CLOSE_WAIT_MS = 5_000;
/** A connection whose last request was just answered waits for another one, which must not keep the server. */
const IDLE_CHECK_MS = 100;

export interface DepartureOptions {
  leaveMs?: number;
  drainMs?: number;
  closeWaitMs?: number;
}

/** The end of a server that no request notices: it leaves the load balancers first, then finishes what it began. */
export class Departure {
  private readonly instance: FastifyInstance;
  private leaving = false;

  constructor(
    private readonly application: NestFastifyApplication,
    private readonly options: DepartureOptions,
  ) {
    this.instance = application.getHttpAdapter().getInstance();
    // Before the checks of readiness, which may take as long as a server that is busy.
    this.instance.addHook('onRequest', (request, reply, done) => {
      if (this.leaving && request.routeOptions.url === READY_PATH) void reply.status(503).send({ ok: false, failing: ['leaving'] });
      else done();
    });
    this.instance.addHook('onSend', (_request, reply, payload, done) => {
      // Whoever keeps a connection is told to open the next one elsewhere.
      if (this.leaving) void reply.header('connection', 'close');
      done(null, payload);
    });
  }

  async close(): Promise<void> {
    const { leaveMs = 0, drainMs = 0, closeWaitMs = CLOSE_WAIT_MS } = this.options;
    const { server } = this.instance;
    this.leaving = true;
    if (leaveMs > 0) await pause(leaveMs);
    const closed = this.application.close();
    const timers = [setTimeout(() => server.closeAllConnections(), drainMs + closeWaitMs), setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)];
    if (drainMs > 0) timers.push(setTimeout(() => endEventStreams(server), drainMs));
    else endEventStreams(server);
    await closed.finally(() => timers.forEach((timer) => clearTimeout(timer)));
  }
}
