// SPDX-License-Identifier: Apache-2.0
// A real ansible-galaxy, installed once into the cache.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from '../../system/cache-directory.ts';
import installAnsibleCore from './install-ansible-core.sh';

/** Returns the folder of its programs. */
export async function ansibleCore(): Promise<string> {
  const directory = join(cacheDirectory(), 'ansible-core');
  await mkdir(directory, { recursive: true });
  await execa('flock', [`${directory}.lock`, 'sh', '-c', installAnsibleCore, 'ansible-core', directory]);
  return join(directory, 'environment/bin');
}
