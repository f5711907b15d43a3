// SPDX-License-Identifier: Apache-2.0
// The lint rules hold: each slip planted in a copy of the tree is named. That the tree is clean is the gate's own step.
import { relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantedTree, type PlantedTree } from './planted-tree.ts';
import { runTool } from './tool.ts';

interface LintedFile {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null }[];
}

interface TypedFindings {
  readonly diagnostics: readonly { readonly filename: string; readonly code: string }[];
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
  ['workflows/box/plan.ts', 'export const slip = () => Date.now();', 'no-restricted-properties'],
  ['workflows/box/nova/steps.ts', 'export const slip = () => Date.now();', 'no-restricted-properties'],
  ['workflows/box/nova/files.ts', 'export const slip = () => new Date();', 'no-restricted-syntax'],
  [
    'workflows/operations/destroy-box/steps.ts',
    'export const slip = () => Math.random();',
    'no-restricted-properties',
  ],
  [
    'workflows/operations/install-box/steps.ts',
    "export const slip = { observe: call('a', { b: 1 }), apply: call('c', { b: 1 }) };",
    'no-restricted-syntax',
  ],
  ['profiles/drivers.ts', 'export const slip = () => Date.now();', 'no-restricted-properties'],
  ['activities/postgres/slip-34.ts', 'export const slip = () => process.env;', 'no-restricted-globals'],
  ['cli/views/slip-35.ts', 'export const slip = () => process.argv;', 'no-restricted-globals'],
  ['workers/embedded/slip-36.ts', 'export const slip = () => process.env;', 'no-restricted-properties'],
  ['activities/slip-30.ts', 'export const slip = { ...{ a: 1 } };', 'no-restricted-syntax'],
  ['cli/slip-31.ts', 'export const slip = [...([1] as const)];', 'no-restricted-syntax'],
  ['workers/slip-32.ts', 'export const slip = Math.max(...[1, 2]);', 'no-restricted-syntax'],
  ['profiles/slip-33.ts', 'export const slip = { ...({ a: 1 } as const) };', 'no-restricted-syntax'],
  [
    'activities/slip-37.ts',
    `export function slip(n: number): void {${'n += 1;'.repeat(41)}}`,
    'max-statements',
  ],
  ['workflows/contracts/box/cidr.ts', 'export const slip = () => new Date();', 'no-restricted-syntax'],
  [
    'workflows/contracts/run/lease.ts',
    'export const slip = () => Math.random();',
    'no-restricted-properties',
  ],
  [
    'activities/slip-7.ts',
    'export const slip = () => { Promise.resolve(1); };',
    'typescript(no-floating-promises)',
  ],
  [
    'activities/slip-8.ts',
    'export const slip = () => [1].forEach(async () => { await Promise.resolve(); });',
    'typescript(no-misused-promises)',
  ],
  [
    'activities/slip-9.ts',
    "import { Host } from './hosts/host.ts';\nexport type Slip = Host;",
    '@typescript-eslint/consistent-type-imports',
  ],
  [
    'workflows/engine/slip-10.ts',
    "import { type Issue } from '../contracts/run/parse.schema.ts';\nexport type Slip = Issue;",
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
    'typescript(switch-exhaustiveness-check)',
  ],
  ['activities/slip-13.ts', "export const slip = () => { throw 'text'; };", 'typescript(only-throw-error)'],
  ['activities/slip-14.ts', 'export const slip = async () => { await 1; };', 'typescript(await-thenable)'],
  [
    'activities/slip-15.ts',
    "export const slip = () => (JSON.parse('') as string) as string;",
    'typescript(no-unnecessary-type-assertion)',
  ],
  [
    'activities/slip-16.ts',
    "export const slip = () => Promise.reject('text');",
    'typescript(prefer-promise-reject-errors)',
  ],
  [
    'activities/slip-17.ts',
    'export const slip = (value: object) => `${value}`;',
    'typescript(restrict-template-expressions)',
  ],
  [
    'activities/slip-18.ts',
    "export const slip = () => JSON.parse('').a;",
    'typescript(no-unsafe-member-access)',
  ],
  ['activities/slip-19.ts', "export const slip = () => JSON.parse('')();", 'typescript(no-unsafe-call)'],
  [
    'activities/slip-20.ts',
    "export const slip = (): string => JSON.parse('');",
    'typescript(no-unsafe-return)',
  ],
  [
    'activities/slip-21.ts',
    "export const slip = () => encodeURIComponent(JSON.parse(''));",
    'typescript(no-unsafe-argument)',
  ],
  [
    'activities/slip-22.ts',
    "export function slip(): void { const text: string = JSON.parse(''); text.trim(); }",
    'typescript(no-unsafe-assignment)',
  ],
];

describe('lint', () => {
  let tree: PlantedTree;
  let found: readonly (readonly [file: string, rule: string | null])[];

  beforeAll(async () => {
    tree = plantedTree();
    for (const [file, text] of slips) tree.plant(file, text);
    const files = slips.map(([file]) => file);
    const plain = await runTool('eslint', ['--format', 'json', ...files], tree.path);
    const byTypes = await runTool('oxlint', ['--type-aware', '--format', 'json', ...files], tree.path);
    found = [
      ...(JSON.parse(plain.stdout) as LintedFile[]).flatMap(({ filePath, messages }) =>
        messages.map(({ ruleId }) => [relative(tree.path, filePath), ruleId] as const),
      ),
      ...(JSON.parse(byTypes.stdout) as TypedFindings).diagnostics.map(
        ({ filename, code }) => [filename, code] as const,
      ),
    ];
  });
  afterAll(() => tree.remove());

  it.each(slips)('lint() refuses it when %s holds %s', (file, _text, rule) => {
    expect(found).toContainEqual([file, rule]);
  });
});
