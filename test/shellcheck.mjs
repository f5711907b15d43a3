// SPDX-License-Identifier: Apache-2.0
// Runs shellcheck over every shell script of the tree. Which scripts a program has is test/boundary/shell.test.ts's to say.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const skipped = new Set(['node_modules', 'dist', 'test-results', '.git']);

/** @param {string} [folder] relative to the root @returns {string[]} */
function scriptsBelow(folder = '') {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : scriptsBelow(path);
    return entry.name.endsWith('.sh') ? [path] : [];
  });
}

const { status, error } = spawnSync('shellcheck', [...scriptsBelow(), '.ci/run'], {
  cwd: root,
  stdio: 'inherit',
});
if (error !== undefined)
  console.error(`shellcheck cannot be run: ${error.message}; next: apt-get install shellcheck`);
process.exit(status ?? 1);
