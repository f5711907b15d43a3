// SPDX-License-Identifier: Apache-2.0
// Makes the npm package of holdfast: the built programs with what they cannot bundle. It installs by `npm i -g` without a clone.
// Usage: npm run package [-- FOLDER]; the package is written there, default the working directory.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageManifest } from './package-manifest.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const target = resolve(process.argv[2] ?? '.');
const documents = ['README.md', 'LICENSE', 'SECURITY.md', 'CHANGELOG.md', 'docs', 'examples'];

run('node', [join(root, 'workers', 'build.mjs'), '--if-stale'], root);
const folder = mkdtempSync(join(tmpdir(), 'holdfast-package-'));
try {
  for (const name of documents) cpSync(join(root, name), join(folder, name), { recursive: true });
  cpSync(join(root, 'cli', 'holdfast.mjs'), join(folder, 'cli', 'holdfast.mjs'));
  // Maps are as large as the programs, and nothing that is installed reads them.
  const isNeeded = (path) => !path.endsWith('.map');
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true, filter: isNeeded });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageManifest(root), null, 2)}\n`);
  mkdirSync(target, { recursive: true });
  run('npm', ['pack', '--pack-destination', target], folder);
} finally {
  rmSync(folder, { recursive: true });
}

function run(file, args, cwd) {
  const { status } = spawnSync(file, args, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with exit code ${status}`);
}
