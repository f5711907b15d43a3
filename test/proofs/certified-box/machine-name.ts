// SPDX-License-Identifier: Apache-2.0
// A name that this machine itself finds for as long as a test runs. Lines of others are never touched.
import { execa } from 'execa';
import machineName from './machine-name.sh';

/** Returns what takes it back. */
export async function nameOnMachine(address: string, name: string): Promise<() => Promise<void>> {
  const run = async (what: 'add' | 'remove'): Promise<void> => {
    await execa('sh', ['-c', machineName, 'holdfast-name', what, `${address} ${name}`]);
  };
  await run('add');
  return () => run('remove');
}
