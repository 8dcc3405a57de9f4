import { describe, expect, it } from 'vitest';
import { judgeImport, toProject } from '../../tools/boundaries.mjs';

// Written out a second time on purpose: whoever loosens the table in tools/boundaries.mjs has to loosen it here as well.
const table = {
  wiring: ['core', 'contract', 'base', 'platform', 'data'],
  app: ['core', 'contract', 'base', 'platform', 'data', 'wiring'],
  compose: ['core', 'contract', 'base', 'platform', 'data', 'wiring', 'app'],
  platform: ['core', 'contract', 'base'],
  data: ['core', 'contract', 'base'],
  web: ['core', 'contract', 'web'],
  testing: ['core', 'contract', 'base', 'platform', 'data'],
  base: ['core'],
  contract: ['core'],
  core: ['core'],
};
const types = Object.keys(table);
const everywhere = new Set(['core', 'contract', 'web']);

// Two made-up projects of each type, so that a type can also be asked about itself.
const projects = types.flatMap((type) =>
  ['one', 'two'].map((name) => {
    const platform = type === 'web' ? 'web' : everywhere.has(type) ? 'any' : 'node';
    return toProject(`libs/${type}-${name}`, { name: `@kontor/${type}-${name}`, nx: { tags: [`type:${type}`, `platform:${platform}`] } });
  }),
);
const page = toProject('apps/page', { name: '@kontor/page', nx: { tags: ['type:app', 'platform:web'] } });
const all = [...projects, page];

describe('the import table', () => {
  for (const from of types) {
    for (const to of types) {
      const may = table[from].includes(to);
      it(`${from} ${may ? 'may' : 'must not'} import ${to}`, () => {
        const reason = judgeImport(all, `libs/${from}-one/src/a.ts`, `@kontor/${to}-two`);
        if (may) expect(reason).toBeUndefined();
        else expect(reason).toContain(`type:${from} must not import type:${to}`);
      });
    }
  }

  it.each(types)('a web app may import %s only if the browser can run it', (to) => {
    const reason = judgeImport(all, 'apps/page/src/a.ts', `@kontor/${to}-one`);
    if (everywhere.has(to)) expect(reason).toBeUndefined();
    else expect(reason).toContain('must not import');
  });

  it('lets specs of a node app import @kontor/testing, and nothing else', () => {
    expect(judgeImport(all, 'libs/app-one/src/a.medium.spec.ts', '@kontor/testing-one')).toBeUndefined();
    expect(judgeImport(all, 'libs/compose-one/src/a.spec.ts', '@kontor/testing-one')).toBeUndefined();
    expect(judgeImport(all, 'libs/app-one/src/testing/a.ts', '@kontor/testing-one')).toBeUndefined();
    expect(judgeImport(all, 'libs/app-one/src/a.ts', '@kontor/testing-one')).toContain('must not import');
    expect(judgeImport(all, 'libs/data-one/src/a.spec.ts', '@kontor/testing-one')).toContain('must not import');
    expect(judgeImport(all, 'apps/page/src/a.spec.ts', '@kontor/testing-one')).toContain('must not import');
  });

  it('lets specs of node projects start servers with @kontor/services, and nothing that ships', () => {
    expect(judgeImport(all, 'libs/platform-one/src/a.medium.spec.ts', '@kontor/services')).toBeUndefined();
    expect(judgeImport(all, 'libs/data-one/src/testing/a.ts', '@kontor/services')).toBeUndefined();
    for (const file of ['libs/platform-one/src/a.ts', 'libs/core-one/src/a.spec.ts', 'apps/page/src/a.spec.ts']) {
      expect(judgeImport(all, file, '@kontor/services')).toContain('only specs of node projects');
    }
  });

  it('keeps platform:any free of node projects even where the type would allow them', () => {
    const nodeCore = toProject('libs/node-core', { name: '@kontor/node-core', nx: { tags: ['type:core', 'platform:node'] } });
    expect(judgeImport([...all, nodeCore], 'libs/core-one/src/a.ts', '@kontor/node-core')).toContain('platform:any must not import platform:node');
  });

  it('lets a project name itself and refuses projects that do not exist', () => {
    expect(judgeImport(all, 'libs/data-one/src/a.ts', '@kontor/data-one')).toBeUndefined();
    expect(judgeImport(all, 'libs/data-one/src/a.ts', '@kontor/dta')).toContain('There is no project');
  });

  it('refuses an unknown tag everything, so that a typing error cannot open a door', () => {
    const typo = toProject('libs/typo', { name: '@kontor/typo', nx: { tags: ['type:plattform', 'platform:node'] } });
    expect(judgeImport([...all, typo], 'libs/typo/src/a.ts', '@kontor/core-one')).toContain('must not import');
  });
});
