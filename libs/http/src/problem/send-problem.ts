import type { FastifyReply, FastifyRequest } from 'fastify';
import { annotateActiveSpan, failActiveSpan, type Logger } from '@kontor/observability';
import { toProblem } from './to-problem.js';

/**
 * Answers with the problem document of `thrown`, and logs it: in full where the fault is ours. `retryAfterSeconds` among
 * its details becomes the header.
 */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const problem = toProblem(thrown, request.id);
  const record = { code: problem.code, status: problem.status, method: request.method, route: request.routeOptions?.url };
  annotateActiveSpan({ 'kontor.problem.code': problem.code });
  if (problem.status >= 500) {
    failActiveSpan(thrown);
    logger.error({ ...record, err: thrown }, 'request failed');
  } else logger.debug(record, 'request refused');
  if (reply.sent || reply.raw.headersSent) {
    // Half an answer is out already; cutting the connection is the only honest sign that it is not whole.
    reply.raw.destroy();
    return;
  }
  const retryAfter = problem.details?.retryAfterSeconds;
  if (typeof retryAfter === 'number') void reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfter))));
  void reply.status(problem.status).header('content-type', 'application/problem+json; charset=utf-8').header('cache-control', 'no-store').send(JSON.stringify(problem));
}
