import { describe, expect, it } from 'vitest';
import { dependencies } from './rules/dependencies.mjs';
import { documents } from './rules/documents.mjs';
import { lockFile } from './rules/lock-file.mjs';
import { projects } from './rules/projects.mjs';
import { Tree } from './tree.mjs';

const found = (rule, texts) => [...rule(new Tree(texts))].map(({ file, message }) => `${file} ${message}`);
const json = JSON.stringify;

/** A repository of one project without a fault; `change` puts one in. */
function repository(change = {}) {
  return {
    'package.json': json({ devDependencies: { vitest: '5.1.1' } }),
    'tsconfig.json': json({ references: [{ path: 'libs/a' }, { path: 'libs/b' }] }),
    'libs/a/package.json': json({ name: '@kontor/a', nx: { tags: ['type:core', 'platform:any'] }, dependencies: { '@kontor/b': '0.1.0', zod: '4.6.7' } }),
    'libs/a/tsconfig.json': json({ references: [{ path: '../../libs/b' }] }),
    'libs/a/README.md': '# a',
    'libs/a/src/a.ts': "import { b } from '@kontor/b';\nimport { z } from 'zod';\nimport { join } from 'node:path';\nimport { c } from './c.js';\n[b, z, join, c];",
    'libs/a/src/a.spec.ts': "import { it } from 'vitest';\nit;",
    'libs/b/package.json': json({ name: '@kontor/b', nx: { tags: ['type:core', 'platform:any'] } }),
    'libs/b/tsconfig.json': json({}),
    'libs/b/README.md': '# b',
    ...change,
  };
}

const manifest = (change) => json({ ...JSON.parse(repository()['libs/a/package.json']), ...change });

describe('projects', () => {
  it('find nothing in a repository without a fault', () => {
    expect(found(projects, repository())).toEqual([]);
    expect(found(dependencies, repository())).toEqual([]);
  });

  it.each([
    ['a missing type', ['platform:any'], 'has 0 type: tags'],
    ['two types', ['type:core', 'type:data', 'platform:any'], 'has 2 type: tags'],
    ['a missing platform', ['type:core'], 'has 0 platform: tags'],
    ['a typing error', ['type:core', 'platform:any', 'type:plattform'], 'unknown tag `type:plattform`'],
    ['an unknown axis', ['type:core', 'platform:any', 'scope:x'], 'unknown tag `scope:x`'],
  ])('refuse %s', (_case, tags, message) => {
    expect(found(projects, repository({ 'libs/a/package.json': manifest({ nx: { tags } }) })).join('\n')).toContain(message);
  });

  it('are named after their folder', () => {
    expect(found(projects, repository({ 'libs/a/package.json': manifest({ name: '@kontor/x' }) }))).toEqual([expect.stringContaining('named after its folder, @kontor/a')]);
  });

  it('need a README of at most 40 lines', () => {
    const { 'libs/b/README.md': _readme, ...without } = repository();
    expect(found(projects, without)).toEqual([expect.stringContaining('libs/b/README.md is missing')]);
    expect(found(projects, repository({ 'libs/b/README.md': 'line\n'.repeat(41) }))).toEqual([expect.stringContaining('has 41 lines (limit 40)')]);
  });

  it('are referenced in the root tsconfig.json, and only they', () => {
    expect(found(projects, repository({ 'tsconfig.json': json({ references: [{ path: 'libs/a' }, { path: 'libs/gone' }] }) }))).toEqual([
      expect.stringContaining('does not reference libs/b'),
      expect.stringContaining('references libs/gone, which does not exist'),
    ]);
  });
});

describe('dependencies', () => {
  it('of package.json and tsconfig.json agree, both ways', () => {
    expect(found(dependencies, repository({ 'libs/a/tsconfig.json': json({ references: [] }) }))).toEqual([expect.stringContaining('does not reference libs/b')]);
    expect(found(dependencies, repository({ 'libs/b/tsconfig.json': json({ references: [{ path: '../../libs/a' }] }) }))).toEqual([expect.stringContaining('references libs/a, on which')]);
  });

  it.each(["import { x } from 'left-pad'; x;", "const x = await import('@scope/left-pad/deep'); x;", "export type X = import('left-pad').X;"])('that are imported are listed: %s', (code) => {
    expect(found(dependencies, repository({ 'libs/a/src/a.ts': code }))).toEqual([expect.stringMatching(/imports (@scope\/)?left-pad, which libs\/a\/package.json does not list/)]);
  });

  it('of specs may be development tools, those of code may not', () => {
    expect(found(dependencies, repository({ 'libs/a/src/a.ts': "import { it } from 'vitest'; it;" }))).toEqual([expect.stringContaining('imports vitest')]);
  });

  it.each(['^4.6.7', '~4.6.7', '*', 'latest', '>=4'])('are pinned, not %s', (version) => {
    expect(found(dependencies, repository({ 'libs/a/package.json': manifest({ dependencies: { '@kontor/b': '0.1.0', zod: version } }) }))).toEqual([expect.stringContaining(`zod ${version}: pin one version`)]);
  });
});

describe('documents', () => {
  it.each([
    ['README.md', 'Read `libs/gone/README.md`.', 'libs/gone/README.md'],
    ['README.md', 'Read [this](docs/gone.md#part).', 'docs/gone.md'],
    ['libs/a/README.md', 'Starts in `src/gone.ts`.', 'libs/a/src/gone.ts'],
    ['docs/x.md', 'See [a](../libs/gone).', 'libs/gone'],
  ])('name paths that exist: in %s %s', (file, text, path) => {
    expect(found(documents, repository({ [file]: text }))).toEqual([`${file} names ${path}, which does not exist: correct or delete it.`]);
  });

  it('may name folders, lines, placeholders, builds and other sites', () => {
    const text = '`libs/a` `libs/a/` `libs/a/src/a.ts:12` `libs/<name>/x` `libs/*/src` `libs/a/dist/x.js` [x](https://example.com/x) [y](#part) [z](libs/a/src/a.ts)';
    expect(found(documents, repository({ 'README.md': text }))).toEqual([]);
  });
});

describe('the lock file', () => {
  it('names no registry', () => {
    expect(found(lockFile, { 'package-lock.json': json({ packages: { 'node_modules/zod': { version: '4.6.7', resolved: 'https://example.com/zod.tgz' } } }) })).toEqual([expect.stringContaining('names the registry of node_modules/zod')]);
  });

  it('installs no package that has a stand-in', () => {
    const standIn = { 'tools/absent/x/package.json': json({ name: 'big-x', version: '1.0.0' }) };
    const nested = { packages: { 'node_modules/big-x': { link: true, resolved: 'tools/absent/x' }, 'node_modules/y/node_modules/big-x': { version: '1.1.0' } } };
    expect(found(lockFile, { ...standIn, 'package-lock.json': json(nested) })).toEqual([expect.stringContaining('set the version in tools/absent to 1.1.0')]);
    delete nested.packages['node_modules/y/node_modules/big-x'];
    expect(found(lockFile, { ...standIn, 'package-lock.json': json(nested) })).toEqual([]);
  });
});
