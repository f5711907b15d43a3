// SPDX-License-Identifier: Apache-2.0
// Small questions about folders of this machine: what is in one, whether something is there, how large it is.
import { access, readdir } from 'node:fs/promises';
import { execa } from 'execa';

/** Names of the folders in a folder, sorted; none when it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** What it takes on its disk, without what is mounted in it; 0 for what is gone. */
export async function sizeBytes(path: string): Promise<number> {
  const { stdout } = await execa('du', ['-skx', path], { reject: false, stderr: 'ignore' });
  return Number(/^\d+/.exec(stdout)?.[0] ?? 0) * 1024;
}
