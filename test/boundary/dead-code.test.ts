// SPDX-License-Identifier: Apache-2.0
// Dead code is found: each slip planted in a copy of the tree is named. That the tree has none is the gate's own step.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantedTree, type PlantedTree } from './planted-tree.ts';
import { runTool } from './tool.ts';

type Kind = 'exports' | 'types' | 'files';

interface Findings {
  readonly issues: readonly ({ readonly file: string } & Readonly<
    Record<Kind, readonly { readonly name: string }[]>
  >)[];
}

const slips: readonly (readonly [file: string, text: string, kind: Kind, name: string])[] = [
  ['activities/step-scope.ts', 'export const slip = 1;', 'exports', 'slip'],
  ['workflows/contracts/box/cidr.ts', 'export interface Slip { readonly a: 1 }', 'types', 'Slip'],
  ['workers/embedded/slip.ts', 'export const slip = 1;', 'files', 'workers/embedded/slip.ts'],
  ['openstack-client-ts/src/slip.ts', 'export const slip = 1;', 'files', 'openstack-client-ts/src/slip.ts'],
];

describe('dead code', () => {
  let tree: PlantedTree;
  let issues: Findings['issues'];

  beforeAll(async () => {
    tree = plantedTree();
    for (const [file, text] of slips) tree.plant(file, text);
    const { stdout } = await runTool('knip', ['--reporter', 'json'], tree.path);
    issues = (JSON.parse(stdout) as Findings).issues;
  });
  afterAll(() => tree.remove());

  it.each(slips)('knip() names it when %s holds %s', (file, _text, kind, name) => {
    const found = issues.filter((issue) => issue.file === file).flatMap((issue) => issue[kind]);
    expect(found.map((each) => each.name)).toContain(name);
  });
});
