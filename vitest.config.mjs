import { defineConfig } from 'vitest/config';

// Specs run as the compiler emitted them: workers and child processes then load the very files that ship.
const project = (name, include, exclude = []) => ({ extends: true, test: { name, include, exclude: ['**/node_modules/**', ...exclude] } });

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry: 0,
    projects: [
      project('unit', ['{libs,apps}/*/dist/**/*.spec.js'], ['**/*.medium.spec.js']),
      project('medium', ['{libs,apps}/*/dist/**/*.medium.spec.js']),
      project('tools', ['tools/**/*.spec.mjs']),
      project('architecture', ['tests/architecture/**/*.spec.mjs']),
    ],
  },
});
