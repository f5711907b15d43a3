// SPDX-License-Identifier: Apache-2.0
// Makes the npm package of holdfast: the built programs with what they cannot bundle. It installs by `npm i -g` without a clone.
// Usage: npm run package [-- FOLDER]; the package is written there, default the working directory.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, stagePackage } from './stage.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const target = resolve(process.argv[2] ?? '.');

const folder = mkdtempSync(join(tmpdir(), 'holdfast-package-'));
try {
  stagePackage(root, folder);
  mkdirSync(target, { recursive: true });
  run('npm', ['pack', '--pack-destination', target], folder);
} finally {
  rmSync(folder, { recursive: true });
}
