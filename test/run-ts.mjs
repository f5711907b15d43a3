// SPDX-License-Identifier: Apache-2.0
// Bundles TypeScript programs of test/ and bench/ by esbuild, and runs one when called as a command.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { textLoader } from '../workers/text-files.mjs';
import { spawnSync } from 'node:child_process';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string} source relative to the root @returns {Promise<string>} path of the bundle in dist/ */
export async function bundleProgram(source) {
  const { build } = await import('esbuild');
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const outfile = join(root, 'dist', basename(source).replace(/\.ts$/, '.js'));
  await build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: Object.keys({ ...dependencies, ...devDependencies }).flatMap((name) => [name, `${name}/*`]),
    loader: textLoader,
    logLevel: 'warning',
  });
  return outfile;
}

const [, self, source, ...args] = process.argv;
// A program that bundles this file in is called by its own name.
const isCommand = self === fileURLToPath(import.meta.url) && basename(self) === 'run-ts.mjs';
if (isCommand && source !== undefined) {
  const { status } = spawnSync('node', [await bundleProgram(source), ...args], {
    stdio: 'inherit',
    cwd: root,
  });
  process.exit(status ?? 1);
}
