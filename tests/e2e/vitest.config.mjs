import { defineConfig } from 'vitest/config';

// One Kontor, one browser, one real model: the specs share them and run one after the other.
export default defineConfig({
  test: { include: ['tests/e2e/**/*.e2e.spec.mjs'], pool: 'forks', fileParallelism: false, testTimeout: 400_000, hookTimeout: 700_000, retry: 0 },
});
