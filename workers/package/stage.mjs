// SPDX-License-Identifier: Apache-2.0
// Lays out what every package of holdfast holds: the built programs, documents and the manifest. Builds dist/ where it is stale.
import { spawnSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageManifest } from './package-manifest.mjs';

const documents = ['README.md', 'LICENSE', 'SECURITY.md', 'CHANGELOG.md', 'docs', 'examples'];

/** Into `folder`, which is there and empty. @param {string} root @param {string} folder */
export function stagePackage(root, folder) {
  run('node', [join(root, 'workers', 'build.mjs'), '--if-stale'], root);
  for (const name of documents) cpSync(join(root, name), join(folder, name), { recursive: true });
  cpSync(join(root, 'cli', 'holdfast.mjs'), join(folder, 'cli', 'holdfast.mjs'));
  // Maps are as large as the programs, and nothing that is installed reads them.
  /** @param {string} path */
  const isNeeded = (path) => !path.endsWith('.map');
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true, filter: isNeeded });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageManifest(root), null, 2)}\n`);
}

/** In front of the caller. @param {string} file @param {string[]} args @param {string} cwd @throws Error when it fails */
export function run(file, args, cwd) {
  const { status, error } = spawnSync(file, args, { cwd, stdio: 'inherit' });
  if (error !== undefined) throw new Error(`${file} cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with exit code ${status}`);
}
