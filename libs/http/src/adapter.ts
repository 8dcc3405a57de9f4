import type { IncomingMessage } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '@kontor/kernel';
import { beginTrace, type Health, type Logger, observe, type OpenSpan, withCorrelation } from '@kontor/observability';
import { sendProblem } from './problem/send-problem.js';
import { SECURITY_HEADERS } from './security/headers.js';
import { checkHost, checkOrigin, type HostRules } from './security/origin.js';

/** Where load balancers ask. */
export const READY_PATH = '/health/ready';

const PATH_PARAMETER_UNITS_MAX = 1_000;
const UPLOAD_FILES_MAX = 1_000;
const UPLOAD_FIELDS_MAX = 20;

export interface AdapterOptions extends HostRules {
  bodyBytesMax: number;
  /** The largest file of an upload. */
  fileBytesMax: number;
  logger: Logger;
  health?: Health;
}

/** A caller may bring its own id, so that one request can be followed through several services. */
function requestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w-]{8,64}$/.test(header) ? header : newId();
}

function addHook(instance: FastifyInstance, options: AdapterOptions): void {
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    withCorrelation(request.id, () =>
      traced(request, () => {
        checkHost(request.headers.host, options);
        checkOrigin(request.method, request.headers, options);
        done();
      }));
  });
}

const spans = new WeakMap<FastifyRequest, OpenSpan>();

/** Files of the page and probes would drown what people ask for. An address may hold anything, so the route stands for it. */
function traced(request: FastifyRequest, work: () => void): void {
  const { url: route } = request.routeOptions;
  if (route === undefined || route.endsWith('*') || route.startsWith('/health/')) return work();
  const { method, headers, protocol } = request;
  const span = beginTrace(`${method} ${route}`, { parent: headers['traceparent'], kind: 'server', attributes: { 'http.request.method': method, 'http.route': route, 'url.scheme': protocol } });
  spans.set(request, span);
  span.run(work);
}

function endSpan(request: FastifyRequest, statusCode: number): void {
  const span = spans.get(request);
  span?.annotate({ 'http.response.status_code': statusCode });
  if (statusCode >= 500) span?.fail(new Error(`status ${statusCode}`));
  span?.end();
}

/** The route as it was declared, so that an id in an address makes no series of its own. */
function addMetrics(instance: FastifyInstance): void {
  instance.addHook('onResponse', (request, reply, done) => {
    observe('kontor_http_request_seconds', { method: request.method, route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) }, reply.elapsedTime / 1_000);
    endSpan(request, reply.statusCode);
    done();
  });
}

/** For load balancers. It names what fails, not how: anyone may ask. */
function addHealthRoutes(instance: FastifyInstance, health: Health): void {
  for (const [path, kind] of [['/health/live', 'liveness'], [READY_PATH, 'readiness']] as const) {
    instance.get(path, async (_request, reply) => {
      const report = await health.report(kind);
      return reply.status(report.ok ? 200 : 503).send({ ok: report.ok, failing: report.checks.filter((check) => !check.ok).map((check) => check.name) });
    });
  }
}

/** Fastify with our limits, hooks and headers. */
export function createAdapter(options: AdapterOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: options.bodyBytesMax,
    // A request that is already on its way when the server closes is served like any other.
    return503OnClosing: false,
    routerOptions: { maxParamLength: PATH_PARAMETER_UNITS_MAX },
    genReqId: (request: IncomingMessage) => requestId(request.headers['x-request-id']),
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => sendProblem(error, request, reply.headers(SECURITY_HEADERS), options.logger),
    // A file that is cut is for whoever reads it to judge: the files behind it come all the same.
    multipart: { throwFileSizeLimit: false, limits: { fileSize: options.fileBytesMax, files: UPLOAD_FILES_MAX, fields: UPLOAD_FIELDS_MAX } },
  });
  const instance: FastifyInstance = adapter.getInstance();
  addHook(instance, options);
  addMetrics(instance);
  if (options.health) addHealthRoutes(instance, options.health);
  return adapter;
}
