// SPDX-License-Identifier: Apache-2.0
// Files laid on another image, where the same users have other numbers.
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rebaseCommand } from '../../../activities/hosts/box-commands.ts';

let folder: string;

/** Users a, b and c of an image, by number; their groups have the same. */
async function image(name: string, numbers: readonly number[]): Promise<void> {
  const lines = numbers.map((number, index) => `${'abc'[index] ?? ''}:x:${number}:${number}`);
  await mkdir(join(folder, name, 'root/etc'), { recursive: true });
  await writeFile(join(folder, name, 'root/etc/os-release'), 'VERSION_CODENAME=trixie\n');
  await mkdir(join(folder, name, 'root/var/lib/dpkg'), { recursive: true });
  for (const file of ['passwd', 'group'])
    await writeFile(join(folder, name, 'root/etc', file), `root:x:0:0\n${lines.join('\n')}\n`);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-rebase-'));
  await mkdir(join(folder, 'upper'));
  await mkdir(join(folder, 'work'));
  await image('old', [101, 102, 103]);
  // a and b change places.
  await image('new', [102, 101, 103]);
  for (const number of [0, 101, 102, 103]) {
    await writeFile(join(folder, 'upper', String(number)), '');
    await chown(join(folder, 'upper', String(number)), number, number);
  }
});
afterEach(() => rm(folder, { recursive: true }));

const rebase = (path = process.env['PATH'] ?? '') => {
  const places = [folder, join(folder, 'old'), join(folder, 'new')];
  const [file = '', ...args] = rebaseCommand('0', '0', 'holdfast-none', ...places);
  return execa(file, args, { env: { PATH: path }, reject: false });
};

async function owners(): Promise<string[]> {
  const names = ['0', '101', '102', '103'];
  const found = await Promise.all(names.map((name) => lstat(join(folder, 'upper', name))));
  return found.map(({ uid, gid }) => `${uid}:${gid}`);
}

test('what a user owned is of the same name afterwards, also when it was killed half way', async () => {
  // A change of group that fails stands for a kill between the two halves, and within the second.
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'chgrp'), '#!/bin/sh\n[ "$2" != 102 ] || exit 1\nexec /bin/chgrp "$@"\n');
  await chmod(join(bin, 'chgrp'), 0o755);
  expect((await rebase(`${bin}:${process.env['PATH'] ?? ''}`)).exitCode).not.toBe(0);
  expect(await owners()).toEqual(['0:0', '102:1000101', '101:1000102', '103:103']);

  const { exitCode, stderr } = await rebase();
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(await owners()).toEqual(['0:0', '102:102', '101:101', '103:103']);
  expect(await readFile(join(folder, 'image'), 'utf8')).toBe(`${join(folder, 'new')}\n`);
});

test.each([
  ['the same packages in other versions', 'Package: a\nVersion: 2\n', true],
  ['other packages', 'Package: b\nVersion: 1\n', false],
  ['an image whose list of packages is gone', null, false],
])('of %s units stay enabled or not', async (_what, next, stay) => {
  const status = (name: string) => join(folder, name, 'root/var/lib/dpkg/status');
  await writeFile(status('old'), 'Package: a\nVersion: 1\n');
  if (next !== null) await writeFile(status('new'), next);
  const wants = join(folder, 'upper/etc/systemd/system/multi-user.target.wants');
  await mkdir(wants, { recursive: true });
  await symlink('/lib/systemd/system/x.service', join(wants, 'x.service'));
  expect((await rebase()).exitCode).toBe(0);
  expect(await readdir(wants)).toEqual(stay ? ['x.service'] : []);
});
