import { describe, expect, it } from 'vitest';
import { anyBudget } from './rules/any-budget.mjs';
import { deadExports } from './rules/dead-exports.mjs';
import { fileSize, functionSize } from './rules/size.mjs';
import { sqlPlace } from './rules/sql-place.mjs';
import { words } from './rules/words.mjs';
import { Tree } from './tree.mjs';

const found = (rule, texts) => [...rule(new Tree(texts))].map(({ file, line, message }) => `${file}:${line} ${message}`);
const lines = (count, text = '// text') => Array(count).fill(text).join('\n');

describe('size', () => {
  it('refuses the 401st line of a file, and the 601st of a spec', () => {
    expect(found(fileSize, { 'libs/a/src/a.ts': lines(401) })).toEqual([expect.stringContaining('libs/a/src/a.ts:401 has 401 lines (limit 400)')]);
    expect(found(fileSize, { 'libs/a/src/a.spec.ts': lines(601) })).toHaveLength(1);
    expect(found(fileSize, { 'libs/a/src/a.ts': lines(400), 'libs/a/src/a.spec.ts': lines(600) })).toEqual([]);
  });

  it.each([
    ['a function', (body) => `export function long() {\n${body}\n}`],
    ['a method', (body) => `export class A { long() {\n${body}\n} }`],
    ['an arrow function', (body) => `export const long = () => {\n${body}\n};`],
  ])('refuses %s of more than 70 lines', (_kind, write) => {
    expect(found(functionSize, { 'libs/a/src/a.ts': write(lines(69)) })).toEqual([expect.stringContaining('`long` is 71 lines (limit 70)')]);
    expect(found(functionSize, { 'libs/a/src/a.ts': write(lines(68)) })).toEqual([]);
  });

  it('counts the tests of a spec, not the describe around them', () => {
    const test = `it('x', () => {\n${lines(40)}\n});\n`;
    expect(found(functionSize, { 'libs/a/src/a.spec.ts': `describe('x', () => {\n${test}${test}${test}});` })).toEqual([]);
    expect(found(functionSize, { 'libs/a/src/a.spec.ts': `it('x', () => {\n${lines(80)}\n});` })).toHaveLength(1);
  });
});

describe('words', () => {
  it.each([
    ['libs/a/src/a.ts', `// ${'TO' + 'DO'} later`, 'do it now'],
    ['apps/a/src/a.css', `/* ${'FIX' + 'ME'} */`, 'do it now'],
    ['libs/a/src/a.ts', `inject(${'forward' + 'Ref'}(() => B))`, 'break the cycle'],
    ['libs/a/src/a.ts', 'const home = process.env.HOME;', 'libs/config'],
    ['libs/a/src/a.ts', "import { env } from 'node:process';", 'libs/config'],
    ['libs/a/src/a.spec.ts', "it.only('x', () => {});", 'the others never run'],
    ['libs/a/src/a.spec.ts', "vi.mock('./b.js');", 'mocks a module'],
    ['docs/a.md', `See ${'/work'}/main/docs.`, 'a path of one machine'],
    ['libs/a/src/a.ts', `const home = '${'/root'}/.cache';`, 'a path of one machine'],
    ['apps/a/README.md', `It lies in ${'/home'}/anna/kontor.`, 'a path of one machine'],
    ['package-lock.json', `"https://registry.${'npmjs'}.org/x"`, 'names the registry'],
  ])('refuses in %s: %s', (file, text, advice) => {
    expect(found(words, { [file]: `\n${text}` })).toEqual([expect.stringMatching(new RegExp(`^${file}:2 .*${advice}`))]);
  });

  it('lets config and tools read the environment, and longer words pass', () => {
    expect(found(words, { 'libs/config/src/a.ts': 'process.env', 'tools/a.mjs': 'process.env', 'libs/a/src/a.ts': 'mastodon hackathon' })).toEqual([]);
    expect(found(words, { 'docs/a.md': 'https://example.com/work/plan and ./work/x and network/root/x' })).toEqual([]);
  });
});

describe('SQL', () => {
  it.each(["'select id from chunk'", '`INSERT INTO chunk VALUES (1)`', "'update chunk set text = 1'", '`delete from ${table} where id = 1`', "'CREATE TABLE x (id int)'", "'set local role x'"])(
    'is refused outside libs/db: %s',
    (text) => {
      expect(found(sqlPlace, { 'apps/a/src/a.ts': `run(${text});` })).toEqual([expect.stringContaining('move the statement to a repository')]);
      expect(found(sqlPlace, { 'libs/db/src/a.ts': `run(${text});` })).toEqual([]);
    },
  );

  it('is not a sentence', () => {
    expect(found(sqlPlace, { 'apps/a/src/a.ts': "say('Select a file from the list'); say('Update your settings'); say('Delete from here on');" })).toEqual([]);
  });

  it('has its packages in libs/db only', () => {
    expect(found(sqlPlace, { 'apps/a/src/a.ts': "import { sql } from 'kysely'; sql;" })).toEqual([expect.stringContaining('imports kysely')]);
    expect(found(sqlPlace, { 'apps/a/src/a.ts': "const { PGlite } = await import('@electric-sql/pglite'); PGlite;" })).toHaveLength(1);
  });
});

describe('any', () => {
  it('is counted against the lines of the whole repository', () => {
    const text = 'export let a: any;';
    expect(found(anyBudget, { 'libs/a/src/a.ts': text })).toEqual([expect.stringContaining('libs/a/src/a.ts:1 uses `any`')]);
    expect(found(anyBudget, { 'libs/a/src/a.ts': `${text}\n${lines(1000)}` })).toEqual([]);
    expect(found(anyBudget, { 'libs/a/src/a.ts': "// any\nexport const a = 'any';" })).toEqual([]);
  });
});

describe('exports', () => {
  const index = { 'libs/a/src/index.ts': "export * from './a.js';\nexport { unused } from './a.js';" };

  it('are dead when nothing but an index names them', () => {
    expect(found(deadExports, { ...index, 'libs/a/src/a.ts': '\nexport function unused() {}\nunused();' })).toEqual([expect.stringContaining('libs/a/src/a.ts:2 exports `unused`')]);
    expect(found(deadExports, { ...index, 'libs/a/src/a.ts': 'export const unused = 1;' })).toHaveLength(1);
    expect(found(deadExports, { ...index, 'libs/a/src/a.ts': 'export class unused {}' })).toHaveLength(1);
  });

  it('live when another file names them, and types always do', () => {
    expect(found(deadExports, { ...index, 'libs/a/src/a.ts': 'export function used() {}', 'apps/b/src/b.ts': "import { used } from '@kontor/a'; used();" })).toEqual([]);
    expect(found(deadExports, { 'libs/a/src/a.ts': 'export interface Options { a: string }\nexport type B = string;' })).toEqual([]);
  });
});
