import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import type { Problem } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';

/** Codes for what the framework refuses before our own code sees it. */
const FRAMEWORK_CODES: Record<number, { code: string; detail: string }> = {
  400: { code: 'request.malformed', detail: 'The request could not be read. Check its JSON and its address.' },
  404: { code: 'route.not_found', detail: 'There is nothing at this address.' },
  405: { code: 'route.method_not_allowed', detail: 'This address does not answer that method.' },
  406: { code: 'request.malformed', detail: 'The upload could not be read. Send it as multipart/form-data.' },
  413: { code: 'request.too_large', detail: 'The request is larger than this server accepts.' },
  414: { code: 'request.too_large', detail: 'The address is longer than this server accepts.' },
  415: { code: 'request.media_type_unsupported', detail: 'Send the body as application/json.' },
};

function build(status: number, code: string, detail: string, requestId: string, details?: Record<string, unknown>): Problem {
  const extra = details && Object.keys(details).length > 0 ? { details } : {};
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code, instance: `urn:kontor:request:${requestId}`, ...extra };
}

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const status = typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown ? thrown.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

/**
 * The problem document (RFC 9457) for whatever was thrown. What we did not foresee says nothing of its cause:
 * the reader gets the number under which the log holds it.
 */
export function toProblem(thrown: unknown, requestId: string): Problem {
  if (thrown instanceof AppError && !thrown.code.startsWith('internal.')) return build(thrown.status, thrown.code, thrown.message, requestId, thrown.details);
  const status = statusOf(thrown);
  if (status !== undefined && status >= 400 && status < 500) {
    const known = FRAMEWORK_CODES[status] ?? { code: 'request.refused', detail: 'The server refused the request.' };
    return build(status, known.code, known.detail, requestId);
  }
  return build(500, 'internal.unexpected', `Something went wrong here. The log has it under ${requestId}.`, requestId);
}
