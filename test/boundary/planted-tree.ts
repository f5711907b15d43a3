// SPDX-License-Identifier: Apache-2.0
// A copy of the tree in a temporary folder, to plant violations in. The tree itself is never written.
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const copied = [
  'workflows',
  'activities',
  'workers',
  'cli',
  'profiles',
  'openstack-client-ts',
  'test/boundary',
];
const copiedFiles = ['package.json', 'tsconfig.json', 'eslint.config.mjs', '.oxlintrc.json', 'knip.jsonc'];

export interface PlantedTree {
  readonly path: string;
  /** Adds text at the end of a file; a file that is not there begins with it. */
  plant(file: string, text: string): void;
  remove(): void;
}

export function plantedTree(): PlantedTree {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-rules-'));
  for (const part of [...copied, ...copiedFiles])
    cpSync(join(root, part), join(path, part), { recursive: true });
  linkPackages(join(root, 'node_modules'), join(path, 'node_modules'));
  return {
    path,
    plant: (file, text) => {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      appendFileSync(join(path, file), `${text}\n`);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Package by package, so that the workspace's own link points into the copy. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name === 'openstack-client-ts') symlinkSync(join('..', name), join(to, name));
    else symlinkSync(join(from, name), join(to, name));
  }
}
