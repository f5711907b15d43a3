// SPDX-License-Identifier: Apache-2.0
// Builds dist/: the programs by esbuild, the workflow bundle by Temporal's own bundler, and the digests that name them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ofCommands, ofWorkers } from './package/external-packages.mjs';
import { textLoader } from './text-files.mjs';
import { sourceDigest } from './source-digest.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');

const worker = {
  programs: { control: 'workers/control.ts', station: 'workers/station.ts', token: 'workers/token.ts' },
  external: ofWorkers,
};
/** Programs that a person waits for: Temporal's client is bundled as well, for reading its 350 files was a third of their start. */
const commands = {
  programs: {
    supervise: 'workers/supervise.ts',
    guard: 'workers/guard.ts',
    ui: 'workers/ui.ts',
    watch: 'workers/watch.ts',
    machine: 'workers/machine.ts',
    cli: 'cli/main.ts',
  },
  external: ofCommands,
};
/** CommonJS packages inside an ES module still ask for Node's own modules by require. */
const banner = {
  js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
};

/** Everything a program is made of: a worker of another build is replaced. */
const parts = [
  'workflows',
  'activities',
  'workers',
  'cli',
  'profiles',
  'keystoneauth-holdfast',
  'openstack-client-ts',
  'package-lock.json',
];
/** zod brings its messages in 50 languages, half of its code; those that people see are ours. */
const withoutLanguages = {
  name: 'without-languages',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /node_modules\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: '' }));
  },
};

const buildId = sourceDigest(root, parts) ?? '';

const mark = join(dist, 'build-id');
const isFresh = existsSync(mark) && readFileSync(mark, 'utf8').trim() === buildId;
if (!(isFresh && process.argv.includes('--if-stale'))) await buildAll();

async function buildAll() {
  // Loaded here, so that a look at a fresh build costs nothing.
  const [{ build }, { bundleWorkflowCode }] = await Promise.all([
    import('esbuild'),
    import('@temporalio/worker'),
  ]);
  const fresh = `${dist}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  for (const { programs, external } of [worker, commands])
    await build({
      absWorkingDir: root,
      entryPoints: programs,
      outdir: fresh,
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external,
      loader: textLoader,
      plugins: [withoutLanguages],
      banner,
      sourcemap: 'linked',
      // Reading them is most of the start of a program; names stay, for the stack of a bug.
      minifyWhitespace: true,
      minifySyntax: true,
      lineLimit: 160,
      chunkNames: 'chunk-[hash]',
      logLevel: 'warning',
    });

  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', 'index.ts'),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  writeFileSync(join(fresh, 'workflow-bundle.js'), code);
  writeFileSync(join(fresh, 'workflow-digest'), `${sourceDigest(root, ['workflows'])}\n`);
  writeFileSync(join(fresh, 'build-id'), `${buildId}\n`);
  writeFileSync(join(fresh, 'version'), `${versionText()}\n`);
  // Moved as a whole: a build that was cut off replaces nothing.
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}

/** What `--version` prints: of package.json, and the commit of a clone. */
function versionText() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { status, stdout } = spawnSync('git', ['-C', root, 'describe', '--always', '--dirty'], {
    encoding: 'utf8',
  });
  return status === 0 ? `${version} (${stdout.trim()})` : version;
}
