import { defineConfig } from 'vitest/config';

// Specs run as the compiler emitted them: workers and child processes then load the very files that ship.
export default defineConfig({
  test: {
    include: ['{libs,apps}/*/dist/**/*.spec.js', 'tools/**/*.spec.mjs'],
    exclude: ['**/node_modules/**'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry: 0,
  },
});
