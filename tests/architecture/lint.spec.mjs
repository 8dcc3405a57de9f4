import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import tseslint from 'typescript-eslint';

const root = new URL('../..', import.meta.url).pathname;

// The fixtures are texts under the name of a file that need not exist, so rules that need types have a linter of their own.
const untyped = new ESLint({
  cwd: root,
  overrideConfig: { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked },
});
const typed = new ESLint({ cwd: root });

async function lint(code, file, linter = untyped) {
  const [result] = await linter.lintText(code, { filePath: `${root}${file}` });
  return result.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`).join('\n');
}

describe('imports that ESLint refuses', () => {
  const boundary = 'kontor/boundaries';
  it.each([
    ['an app importing another app', 'apps/chat-api/src/a.ts', "import { x } from '@kontor/admin-api'; x();"],
    ['a platform lib importing the database', 'libs/queue/src/a.ts', "import { x } from '@kontor/db'; x();"],
    ['a platform lib importing another', 'libs/http/src/a.ts', "import { x } from '@kontor/queue'; x();"],
    ['the core importing configuration', 'libs/rag-core/src/a.ts', "import { x } from '@kontor/config'; x();"],
    ['a contract importing a type of the database', 'libs/contracts/src/a.ts', "import type { X } from '@kontor/db'; export type Y = X;"],
    ['an inline type import', 'libs/contracts/src/a.ts', "export type Y = import('@kontor/db').X;"],
    ['a re-export', 'libs/contracts/src/a.ts', "export { x } from '@kontor/db';"],
    ['a re-export of everything', 'libs/contracts/src/a.ts', "export * from '@kontor/db';"],
    ['a dynamic import', 'libs/contracts/src/a.ts', "export const x = await import('@kontor/db');"],
    ['a require', 'libs/contracts/src/a.ts', "export const x = require('@kontor/db');"],
    ['node:* in the core', 'libs/rag-core/src/a.ts', "import { readFileSync } from 'node:fs'; readFileSync('x');"],
    ['a built-in module without its prefix', 'libs/kernel/src/a.ts', "import { readFileSync } from 'fs'; readFileSync('x');"],
    ['node:* in the page', 'apps/chat-widget/src/a.ts', "import { readFileSync } from 'node:fs'; readFileSync('x');"],
    ['Nest in a contract', 'libs/contracts/src/a.ts', "import { Module } from '@nestjs/common'; Module({});"],
    ['kysely in the core', 'libs/rag-core/src/a.ts', "import { sql } from 'kysely'; sql``;"],
    ['bullmq in the page', 'apps/chat-widget/src/a.ts', "import { Queue } from 'bullmq'; new Queue('x');"],
    ['a path into src', 'apps/chat-api/src/a.ts', "import { x } from '@kontor/db/src/x.js'; x();"],
    ['a path into dist', 'apps/chat-api/src/a.ts', "import { x } from '@kontor/db/dist/x.js'; x();"],
    ['a relative path into another project', 'apps/chat-api/src/a.ts', "import { x } from '../../../libs/db/src/x.js'; x();"],
    ['the testing lib outside a spec', 'apps/chat-api/src/a.ts', "import { x } from '@kontor/testing'; x();"],
    ['the testing lib in a spec of a lib', 'libs/db/src/a.spec.ts', "import { x } from '@kontor/testing'; x();"],
  ])('%s', async (_case, file, code) => {
    expect(await lint(code, file)).toContain(boundary);
  });

  it.each([
    ['an app importing the database', 'apps/chat-api/src/a.ts', "import { x } from '@kontor/db'; x();"],
    ['the composition importing an app', 'apps/standalone/src/a.ts', "import { x } from '@kontor/chat-api'; x();"],
    ['an app spec importing the testing lib', 'apps/chat-api/src/a.medium.spec.ts', "import { x } from '@kontor/testing'; x();"],
    ['the second entry of a lib', 'apps/chat-api/src/a.spec.ts', "import { x } from '@kontor/db/testing'; x();"],
    ['node:* in a node lib', 'libs/db/src/a.ts', "import { readFileSync } from 'node:fs'; readFileSync('x');"],
  ])('but not %s', async (_case, file, code) => {
    expect(await lint(code, file)).toBe('');
  });
});

describe('code that ESLint refuses', () => {
  it.each([
    ['process.env outside config', 'no-restricted-properties', 'libs/http/src/a.ts', 'export const x = process.env.HOME;'],
    ['env imported from node:process', 'no-restricted-imports', 'libs/http/src/a.ts', "import { env } from 'node:process'; export const x = env.HOME;"],
    ['any', '@typescript-eslint/no-explicit-any', 'libs/kernel/src/a.ts', 'export const x = (y: any) => y;'],
    ['a type imported as a value', '@typescript-eslint/consistent-type-imports', 'libs/kernel/src/a.ts', "import { X } from './x.js'; export type Y = X;"],
    ['an ignored compiler error', '@typescript-eslint/ban-ts-comment', 'libs/kernel/src/a.ts', '// @ts-ignore\nexport const x = 1;'],
    ['an empty catch', 'no-empty', 'libs/kernel/src/a.ts', 'try { JSON.parse(""); } catch {}'],
    ['console in a service', 'no-console', 'apps/chat-api/src/a.ts', 'console.log("x");'],
    ['a disable comment that disables nothing', 'Unused eslint-disable', 'libs/kernel/src/a.ts', '// eslint-disable-next-line no-var\nexport const x = 1;'],
  ])('%s', async (_case, rule, file, code) => {
    expect(await lint(code, file)).toContain(rule);
  });

  it('reads the environment in libs/config', async () => {
    expect(await lint('export const x = process.env.HOME;', 'libs/config/src/a.ts')).toBe('');
  });

  it.each([
    ['a promise that nobody waits for', 'no-floating-promises', 'export function f(): void { Promise.resolve(); }'],
    ['a promise used as a condition', 'no-misused-promises', 'export const f = (p: Promise<boolean>) => (p ? 1 : 2);'],
    ['waiting for what is no promise', 'await-thenable', 'export async function f() { await 1; }'],
    ['throwing what is no error', 'only-throw-error', 'export function f() { throw "x"; }'],
    ['a switch that forgets a case', 'switch-exhaustiveness-check', "export function f(x: 'a' | 'b') { switch (x) { case 'a': return 1; } return 2; }"],
  ])('%s', async (_case, rule, code) => {
    // A name that exists, because rules that need types look the file up in its project.
    expect(await lint(code, 'libs/kernel/src/index.ts', typed)).toContain(rule);
  });
});
