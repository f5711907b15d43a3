// SPDX-License-Identifier: Apache-2.0
// Lint rules that a file by itself tells, and the fence of workflows/ again, for the editor. What needs types is .oxlintrc.json's, formatting prettier's.
import tseslint from 'typescript-eslint';

const typescript = {
  '@typescript-eslint/consistent-type-imports': [
    'error',
    { disallowTypeAnnotations: false, fixStyle: 'inline-type-imports' },
  ],
  // `import { type A }` stays as an import at run time; `import type { A }` is erased.
  '@typescript-eslint/no-import-type-side-effects': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
};

/**
 * A literal spread into a literal says nothing more than its keys, and the compiler checks no excess property in it.
 * A later block for some files repeats these: ESLint replaces a rule's options, it does not add to them.
 */
const plainLiterals = [
  'ObjectExpression > SpreadElement > ObjectExpression.argument',
  'ObjectExpression > SpreadElement > TSAsExpression.argument > ObjectExpression',
  ':matches(ArrayExpression, CallExpression, NewExpression) > SpreadElement > ArrayExpression.argument',
  ':matches(ArrayExpression, CallExpression, NewExpression) > SpreadElement > TSAsExpression.argument > ArrayExpression',
].map((selector) => ({ selector, message: 'Write the keys or items themselves, without a spread' }));

/** The look and the change of a step are of the same arguments: written twice, they come apart. */
const effects = {
  selector:
    'Property[key.name="observe"][value.callee.name="call"] ~ Property[key.name="apply"] > CallExpression[callee.name="call"]',
  message: 'Name the two activities and their arguments with effect(observe, apply, args)',
};

const rules = {
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-console': 'error',
  'no-eval': 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'no-cond-assign': 'error',
  'no-constant-condition': ['error', { checkLoops: false }],
  'no-control-regex': 'error',
  'no-empty': 'error',
  'no-fallthrough': 'error',
  'no-self-assign': 'error',
  'no-unsafe-finally': 'error',
  'no-unused-private-class-members': 'error',
  'no-useless-catch': 'error',
  // @source of 2,945 functions the median has 1 statement, a tenth more than 9, the longest 35
  'max-statements': ['error', 40],
  'no-restricted-syntax': ['error', ...plainLiterals],
};

/**
 * A test that has less time than its project fails on a busy machine, for what it does not tell of.
 * @source 180 s: what vitest.config.ts gives a unit test
 */
const ownBounds = [
  'CallExpression[callee.name=/^(it|test|beforeAll|afterAll)$/] > Literal:last-child[value<180000]',
  'CallExpression[callee.callee.object.name=/^(it|test)$/] > Literal:last-child[value<180000]',
  'CallExpression[callee.callee.object.name=/^(it|test)$/] > ObjectExpression > Property[key.name="timeout"][value.value<180000]',
  'CallExpression[callee.name=/^(it|test)$/] > ObjectExpression > Property[key.name="timeout"][value.value<180000]',
].map((selector) => ({
  selector,
  message: 'Time is no subject of the test: leave the bound to the project',
}));

/** Only the entry files read the environment, the arguments and the terminal. */
const noProcess = {
  'no-restricted-globals': [
    'error',
    {
      name: 'process',
      message: 'Take it as an argument: entry files and cli/terminal/io.ts read the process',
    },
  ],
};

/** Names that only Node or a browser has, and what takes their place. */
const outside = [
  'process',
  'Buffer',
  'console',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'require',
  'crypto',
  'performance',
].map((name) => ({
  name,
  message: 'Workflows are deterministic: ask an activity, or the engine’s ports',
}));

export default tseslint.config(
  { ignores: ['**/node_modules/**', 'dist/**', 'test-results/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    rules: { ...rules, ...typescript },
  },
  { files: ['**/*.{mjs,cjs}'], rules: { ...rules, 'no-console': 'off' } },
  {
    files: ['activities/**/*.ts', 'profiles/**/*.ts', 'cli/**/*.ts'],
    ignores: ['cli/terminal/io.ts'],
    rules: noProcess,
  },
  {
    // These start and end processes; what surrounds their own they are told by the entry files beside them.
    files: ['workers/*/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['env', 'argv', 'exit', 'stdin', 'stdout'].map((property) => ({ object: 'process', property })),
      ],
    },
  },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...outside],
      'no-restricted-properties': ['error', { object: 'globalThis', property: 'process' }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^node:', message: 'No Node module in workflows' },
            {
              regex: '/(activities|workers|cli|profiles|test|openstack-client-ts)/',
              message: 'workflows/ imports no other room',
            },
            { regex: '^[^./@]', message: 'workflows/ imports itself and Temporal only' },
            {
              regex: '^@(?!temporalio/(workflow|common)$)',
              message: 'workflows/ imports itself and Temporal only',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['workflows/contracts/**/*.schema.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?!zod$|\\.\\.?/)', message: 'A schema imports zod and contracts' }] },
      ],
    },
  },
  {
    // All of it but the engine, which has the workflow's own clock, and the workflows that hand over to it.
    files: ['workflows/**/*.ts', 'profiles/**/*.ts'],
    ignores: ['workflows/engine/**', 'workflows/operations/*/workflow.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Pure: no clock' },
        { object: 'Math', property: 'random', message: 'Pure: no chance' },
      ],
      'no-restricted-syntax': [
        'error',
        ...plainLiterals,
        effects,
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Pure: no clock' },
      ],
    },
  },
  {
    files: ['**/test/**/*.ts', 'bench/**/*.ts'],
    // Tests of a terminal look for its control characters.
    rules: { 'no-console': 'off', 'no-control-regex': 'off' },
  },
  {
    files: ['**/test/**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...plainLiterals, ...ownBounds] },
  },
);
