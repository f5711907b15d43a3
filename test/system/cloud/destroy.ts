// SPDX-License-Identifier: Apache-2.0
// The cloud goes, and leaves no mount, process, link, namespace or file on this machine.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { boxDirectory } from '../../../activities/hosts/places.ts';
import { lab, spec } from './stand.ts';

export function destroyTests(): void {
  test('destroy leaves nothing behind', async () => {
    const box = spec.name;
    await lab.destroy(box);
    const script =
      'ip netns list; ip link; nft list tables; ps -eo args | grep -v grep; find /sys/fs/cgroup -name "*$1*"';
    const { stdout } = await execa('sh', ['-c', script, 'what-is-left', box]);
    const mine = (line: string): boolean => line.includes(box) && !/vitest|what-is-left/.test(line);
    expect(stdout.split('\n').filter(mine)).toEqual([]);
    expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(box);
    await expect(readdir(boxDirectory(box))).rejects.toThrow('ENOENT');
    const folders = ['boxes', 'secrets/boxes'].map((path) => readdir(join(lab.stateDirectory, path)));
    expect((await Promise.all(folders)).flat()).not.toContain(box);
  });
}
