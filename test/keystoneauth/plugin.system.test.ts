// SPDX-License-Identifier: Apache-2.0
// The plugin's own tests, in Python, by the keystoneauth of the openstack client.
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { openstackProgram } from '../system/openstack-command.ts';

test('keystoneauth-holdfast passes its tests', async () => {
  const python = join(dirname(await openstackProgram()), 'python');
  const { stderr } = await execa(python, ['-W', 'ignore', '-m', 'unittest', 'tests/test_plugin.py'], {
    cwd: 'keystoneauth-holdfast',
  });
  expect(stderr).toMatch(/Ran [1-9]\d* tests[\s\S]*OK/);
});
