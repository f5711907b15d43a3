// SPDX-License-Identifier: Apache-2.0
// The lint rules hold: each slip planted in a copy of the tree is named. That the tree is clean is the gate's own step.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantedTree, type PlantedTree } from './planted-tree.ts';
import { runTool } from './tool.ts';

interface LintedFile {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

const slips: readonly (readonly [file: string, text: string, rule: string])[] = [
  ['workflows/contracts/slip-1.ts', 'export const slip = () => console.log(1);', 'no-restricted-globals'],
  [
    'workflows/engine/slip-2.ts',
    'export const slip = () => setTimeout(() => 1, 1);',
    'no-restricted-globals',
  ],
  [
    'workflows/engine/slip-3.ts',
    "import { rm } from 'node:fs';\nexport const slip = rm;",
    'no-restricted-imports',
  ],
  [
    'workflows/engine/slip-4.ts',
    "import { Client } from '@temporalio/client';\nexport const slip = Client;",
    'no-restricted-imports',
  ],
  ['workflows/engine/slip-5.ts', "import { z } from 'zod';\nexport const slip = z;", 'no-restricted-imports'],
  [
    'workflows/engine/slip-6.ts',
    "import { redact } from '../../activities/clients/redact.ts';\nexport const slip = redact;",
    'no-restricted-imports',
  ],
  ['workflows/install-box/plan.ts', 'export const slip = () => Date.now();', 'no-restricted-properties'],
  ['workflows/contracts/cidr.ts', 'export const slip = () => new Date();', 'no-restricted-syntax'],
  ['workflows/contracts/lease.ts', 'export const slip = () => Math.random();', 'no-restricted-properties'],
  [
    'activities/slip-7.ts',
    'export const slip = () => { Promise.resolve(1); };',
    '@typescript-eslint/no-floating-promises',
  ],
  [
    'activities/slip-8.ts',
    'export const slip = () => [1].forEach(async () => { await Promise.resolve(); });',
    '@typescript-eslint/no-misused-promises',
  ],
  [
    'activities/slip-9.ts',
    "import { Host } from './clients/host/host.ts';\nexport type Slip = Host;",
    '@typescript-eslint/consistent-type-imports',
  ],
  [
    'workflows/engine/slip-10.ts',
    "import { type Issue } from '../contracts/box-spec.schema.ts';\nexport type Slip = Issue;",
    '@typescript-eslint/no-import-type-side-effects',
  ],
  [
    'activities/slip-11.ts',
    'export const slip = (value: any) => value as string;',
    '@typescript-eslint/no-explicit-any',
  ],
  [
    'activities/slip-12.ts',
    "export function slip(value: 'a' | 'b'): void { switch (value) { case 'a': break; } }",
    '@typescript-eslint/switch-exhaustiveness-check',
  ],
  [
    'activities/slip-13.ts',
    "export const slip = () => { throw 'text'; };",
    '@typescript-eslint/only-throw-error',
  ],
];

describe('lint', () => {
  let tree: PlantedTree;
  let linted: LintedFile[];

  beforeAll(async () => {
    tree = plantedTree();
    for (const [file, text] of slips) tree.plant(file, text);
    const { stdout } = await runTool(
      'eslint',
      ['--format', 'json', ...slips.map(([file]) => file)],
      tree.path,
    );
    linted = JSON.parse(stdout) as LintedFile[];
  });
  afterAll(() => tree.remove());

  it.each(slips)('lint() refuses it when %s holds %s', (file, _text, rule) => {
    const found = linted.find(({ filePath }) => filePath === join(tree.path, file))?.messages ?? [];
    expect(found.map(({ ruleId }) => ruleId)).toContain(rule);
  });
});
