// SPDX-License-Identifier: Apache-2.0
// Builds dist/: the programs by esbuild, the workflow bundle by Temporal's own bundler, and the digests that name them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleWorkflowCode } from '@temporalio/worker';
import { sourceDigest } from './source-digest.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
mkdirSync(dist, { recursive: true });

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const external = Object.keys(dependencies).flatMap((name) => [name, `${name}/*`]);

/** Everything a program is made of: a worker of another build is replaced. */
const buildId = sourceDigest(root, ['workflows', 'activities', 'workers', 'profiles', 'openstack-client-ts', 'package-lock.json']);

await build({
  absWorkingDir: root,
  entryPoints: { control: 'workers/control.ts', supervise: 'workers/supervise.ts' },
  outdir: dist,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external,
  sourcemap: 'linked',
  chunkNames: 'chunk-[hash]',
  logLevel: 'warning',
});

const { code } = await bundleWorkflowCode({
  workflowsPath: join(root, 'workflows', 'index.ts'),
  logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
});
writeFileSync(join(dist, 'workflow-bundle.js'), code);
writeFileSync(join(dist, 'workflow-digest'), `${sourceDigest(root, ['workflows'])}\n`);
writeFileSync(join(dist, 'build-id'), `${buildId}\n`);
