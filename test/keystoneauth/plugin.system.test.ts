// SPDX-License-Identifier: Apache-2.0
// The plugin's own tests, in Python, by the keystoneauth of each release whose services log in by it.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { cacheDirectory } from '../system/cache-directory.ts';
import installation from './install-keystoneauth.sh';

/** @source versions of python3-keystoneauth1 in Debian 12 and 13 */
const versions = ['5.0.0', '5.10.0'];

/** Its Python, installed into the cache when it is not there. */
async function pythonWith(version: string): Promise<string> {
  const directory = join(cacheDirectory(), 'keystoneauth', version);
  await mkdir(directory, { recursive: true });
  const script = ['sh', '-ec', installation, 'keystoneauth', directory, version];
  await execa('flock', [`${directory}.lock`, ...script], { timeout: 300_000 });
  return join(directory, 'bin', 'python');
}

test.each(versions)('keystoneauth-holdfast passes its tests with keystoneauth %s', async (version) => {
  const python = await pythonWith(version);
  const print = 'from importlib.metadata import version; print(version("keystoneauth1"))';
  expect((await execa(python, ['-c', print])).stdout).toBe(version);
  const { stderr } = await execa(python, ['-W', 'ignore', '-m', 'unittest', 'tests/test_plugin.py'], {
    cwd: 'keystoneauth-holdfast',
  });
  expect(stderr).toMatch(/Ran [1-9]\d* tests[\s\S]*OK/);
});
