import { defineConfig } from 'vitest/config';

// Specs run as the compiler emitted them: workers and child processes then load the very files that ship.
const project = (name, include, more = {}) => ({ extends: true, test: { name, include, exclude: ['**/node_modules/**'], ...more } });

// Real models on two busy cores take their time; a limit is there to end what hangs.
const patient = { testTimeout: 120_000, hookTimeout: 600_000 };

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry: 0,
    projects: [
      project('unit', ['{libs,apps}/*/dist/**/*.spec.js'], { exclude: ['**/node_modules/**', '**/*.medium.spec.js'] }),
      project('medium', ['{libs,apps}/*/dist/**/*.medium.spec.js', 'tools/**/*.medium.spec.mjs'], patient),
      project('tools', ['tools/**/*.spec.mjs', 'tests/load/**/*.spec.mjs'], { exclude: ['**/node_modules/**', '**/*.medium.spec.mjs'] }),
      project('architecture', ['tests/architecture/**/*.spec.mjs']),
    ],
  },
});
