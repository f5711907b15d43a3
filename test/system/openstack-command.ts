// SPDX-License-Identifier: Apache-2.0
// The `openstack` client from PyPI in an environment of its own, installed once into the cache. Configured by our files only.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from './cache-directory.ts';
import installation from './install-openstack-client.sh';

/** @source the newest on PyPI when this was written */
const version = '10.5.0';

/** Path of the client; installs it into the cache when it is not there. */
export async function openstackProgram(): Promise<string> {
  const directory = join(cacheDirectory(), 'openstack-client', version);
  await mkdir(directory, { recursive: true });
  const script = ['sh', '-ec', installation, 'openstack-client', directory, version];
  await execa('flock', [`${directory}.lock`, ...script]);
  return join(directory, 'bin', 'openstack');
}

type Run = (args: string[]) => Promise<string>;

export async function openstackClient(
  stateDirectory: string,
  box: string,
  cloud: 'admin' | 'test' = 'admin',
): Promise<Run> {
  return runnerOf(await openstackProgram(), stateDirectory, box, cloud);
}

/** The Python beside the client, which has openstacksdk. */
export async function openstackPython(stateDirectory: string, box: string): Promise<Run> {
  return runnerOf(join(dirname(await openstackProgram()), 'python'), stateDirectory, box, 'test');
}

async function runnerOf(program: string, stateDirectory: string, box: string, cloud: string): Promise<Run> {
  const { stdout } = await execa('node', ['dist/cli.js', 'box', 'env', box], {
    env: { HOLDFAST_STATE: stateDirectory },
  });
  // As a shell would: the lines are evaluated, nothing else is known to the client.
  return async (args) => {
    const command = `${stdout}\nexport OS_CLOUD=${box}-${cloud}\nexec "$0" "$@"`;
    const outcome = await execa('sh', ['-c', command, program, ...args], {
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' },
      extendEnv: false,
    });
    return outcome.stdout;
  };
}
