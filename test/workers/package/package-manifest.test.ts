// SPDX-License-Identifier: Apache-2.0
// What an installed holdfast brings: the packages that no program bundles, at the versions of the tests.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageManifest } from '../../../workers/package/package-manifest.mjs';
import { root } from '../../boundary/planted-tree.ts';

const { dependencies, optionalDependencies, ...rest } = packageManifest(root);

test('packageManifest() has what is not bundled, at the installed version, and no tool of the build', () => {
  expect(Object.keys(dependencies)).toEqual(
    expect.arrayContaining(['@temporalio/worker', '@temporalio/activity', 'protobufjs', 'ssh2']),
  );
  for (const [name, version] of Object.entries({ ...dependencies, ...optionalDependencies })) {
    const installed = JSON.parse(
      readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'),
    ) as object;
    expect({ name, version }).toEqual({ name, version: (installed as { version: string }).version });
  }
  for (const bundled of ['esbuild', 'zod', 'commander', 'yaml'])
    expect(dependencies).not.toHaveProperty(bundled);
  // Without a compiler it cannot be installed; who has no token does without it.
  expect(Object.keys(optionalDependencies)).toEqual(['pkcs11js']);
});

test('packageManifest() is of a program that may be published, and names its command', () => {
  expect(rest).toMatchObject({ name: 'holdfast', type: 'module', bin: { holdfast: 'cli/holdfast.mjs' } });
  expect(rest).not.toHaveProperty('private');
  expect(rest).not.toHaveProperty('scripts');
});
