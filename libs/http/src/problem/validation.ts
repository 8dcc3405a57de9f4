import { StandardSchemaValidationPipe, type StandardSchemaValidationPipeOptions } from '@nestjs/common';
import { AppError } from '@kontor/kernel';

type Issues = Parameters<NonNullable<StandardSchemaValidationPipeOptions['exceptionFactory']>>[0];
const FIELDS_MAX = 20;

function pathOf(issue: Issues[number]): string {
  return (issue.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.');
}

function invalidRequest(issues: Issues): AppError {
  const fields = issues.slice(0, FIELDS_MAX).map((issue) => ({ path: pathOf(issue), message: issue.message }));
  const first = fields[0];
  const place = first?.path ? `${first.path}: ` : '';
  return new AppError('request.invalid', { status: 400, message: `The request is not valid. ${place}${first?.message ?? ''}`.trim(), details: { fields } });
}

/** Parses every `@Body`, `@Query` and `@Param` that names a schema; zod 4 needs no adapter. */
export const validationPipe = (): StandardSchemaValidationPipe => new StandardSchemaValidationPipe({ exceptionFactory: invalidRequest });
