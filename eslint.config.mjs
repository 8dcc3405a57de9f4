import tseslint from 'typescript-eslint';
import { boundaryRule } from './tools/lint/boundary-rule.mjs';

const environment = 'Read it through a slice of @kontor/config, so that a wrong value stops the start with its rule.';

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.nx/', '.kontor/', 'test-results/', 'data/', 'samples/'] },
  {
    // An eslint-disable that no longer disables anything hides the next real finding.
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { ecmaVersion: 2024, sourceType: 'module' },
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }], 'no-undef': 'off', 'prefer-const': 'error', eqeqeq: ['error', 'smart'], 'no-var': 'error' },
  },
  {
    files: ['{libs,apps,tests}/**/*.ts'],
    extends: [tseslint.configs.base],
    plugins: { kontor: { rules: { boundaries: boundaryRule(import.meta.dirname) } } },
    rules: {
      'kontor/boundaries': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/no-empty-object-type': 'error',
      '@typescript-eslint/no-unused-expressions': 'error',
      'prefer-const': 'error',
      'no-var': 'error',
      eqeqeq: ['error', 'smart'],
      'no-empty': 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['{libs,apps}/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['{libs,apps}/**/*.ts'],
    ignores: ['libs/config/**'],
    rules: {
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: environment }],
      'no-restricted-imports': ['error', { paths: ['node:process', 'process'].map((name) => ({ name, importNames: ['env'], message: environment })) }],
    },
  },
  {
    // The command line speaks to a person; everything else logs.
    files: ['apps/standalone/src/cli/**/*.ts', 'tests/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
