// SPDX-License-Identifier: Apache-2.0
// Bundles one entry file the way the product is built, so that plain node can run it in a process of its own.
import { textLoader } from '../../workers/text-files.mjs';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { temporaryDirectory } from './state-directory.ts';

const BANNER = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

/** Returns the path of the bundle of an entry file, or of given source text, in a fresh folder. */
export async function bundleProgram(source: { entry: string } | { text: string }): Promise<string> {
  const outfile = join(await temporaryDirectory(), 'program.js');
  await build({
    ...('entry' in source
      ? { entryPoints: [source.entry] }
      : { stdin: { contents: source.text, resolveDir: import.meta.dirname, loader: 'ts' } }),
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    loader: textLoader,
    banner: { js: BANNER },
    logLevel: 'silent',
  });
  return outfile;
}

/** Bundles a program of workers/ into the folder of another bundle. */
async function bundleBeside(bundle: string, name: string): Promise<void> {
  const program = await bundleProgram({ entry: join(import.meta.dirname, `../../workers/${name}.ts`) });
  await copyFile(program, join(dirname(bundle), `${name}.js`));
}

/** Returns the path of a bundled supervisor with the fake worker beside it as `control.js`. */
export async function bundleSupervisor(): Promise<string> {
  const bundle = await bundleProgram({ entry: join(import.meta.dirname, '../../workers/supervise.ts') });
  await bundleBeside(bundle, 'guard');
  await bundleBeside(bundle, 'ui');
  await bundleBeside(bundle, 'watch');
  await copyFile(
    join(import.meta.dirname, 'supervise', 'fake-worker.mjs'),
    join(dirname(bundle), 'control.js'),
  );
  return bundle;
}
