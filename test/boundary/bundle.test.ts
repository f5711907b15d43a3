// SPDX-License-Identifier: Apache-2.0
// What the workflow bundle is made of, read from its source map: workflows and Temporal, no schema library, no Node.
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, describe, expect, it } from 'vitest';
import { plantedTree, root } from './planted-tree.ts';

/** What @temporalio/workflow itself is made of. */
const temporal = /node_modules\/(@temporalio\/(workflow|common)|nexus-rpc|ms|long)\//;

/** The files that were bundled. @throws Error with what the bundler complained of */
async function bundledFiles(folder: string): Promise<string[]> {
  const complaints: string[] = [];
  const quiet = () => undefined;
  const logger = {
    log: quiet,
    trace: quiet,
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (text: string) => complaints.push(text),
  };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(folder, 'workflows', 'index.ts'),
    logger,
  }).catch(() => {
    throw new Error(complaints.join('\n'));
  });
  const [, map = ''] =
    /sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,(\S+)/.exec(code) ?? [];
  const { sources } = JSON.parse(Buffer.from(map, 'base64').toString('utf8')) as { sources: string[] };
  return sources;
}

const strangers = (files: readonly string[]): string[] =>
  files.filter((file) =>
    isPackage(file)
      ? !temporal.test(file)
      : /\/(activities|workers|cli|profiles|openstack-client-ts)\//.test(file),
  );
const isPackage = (file: string): boolean => file.includes('/node_modules/');

describe('bundle', () => {
  const tree = plantedTree();
  afterAll(() => tree.remove());

  it('bundle() holds workflows and Temporal when it is built from the tree', async () => {
    const files = await bundledFiles(root);
    expect(files.some((file) => file.endsWith('workflows/engine/run-table.ts'))).toBe(true);
    expect(strangers(files)).toEqual([]);
    expect(files.filter((file) => file.endsWith('.schema.ts') || file.endsWith('/steps.ts'))).toEqual([]);
  });

  it('bundle() shows zod when a workflow takes a schema as a value', async () => {
    tree.plant(
      'workflows/operations/drift-box/operation.ts',
      "import { parseBoxSpec } from '../../contracts/box/box-spec.schema.ts'; export const slip = parseBoxSpec;",
    );
    const files = await bundledFiles(tree.path);
    expect(strangers(files).some((file) => file.includes('node_modules/zod/'))).toBe(true);
  });

  it('bundle() shows the activity when a workflow takes one as a value', async () => {
    tree.plant(
      'workflows/operations/drift-box/operation.ts',
      "import { redact } from '../../../activities/clients/redact.ts'; export const other = redact;",
    );
    expect(
      strangers(await bundledFiles(tree.path)).some((file) => file.endsWith('activities/clients/redact.ts')),
    ).toBe(true);
  });

  it('bundle() fails when a workflow reaches a Node module', async () => {
    tree.plant(
      'workflows/operations/install-box/operation.ts',
      "import { rm } from 'node:fs'; export const slip = rm;",
    );
    await expect(bundledFiles(tree.path)).rejects.toThrow(/node:fs/);
  });
});
