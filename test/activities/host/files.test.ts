// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modeOf, readText, writeFileAtomically } from '../../../activities/clients/state/local-files.ts';
import { fileDifferences } from '../../../activities/hosts/file-differences.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-files-'));
  path = join(directory, 'a', 'b', 'file');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('writeFileAtomically()', () => {
  it('writeFileAtomically() makes the file with its mode and closed folders when there is nothing', async () => {
    const before = process.umask(0o077);
    try {
      expect(await writeFileAtomically(path, 'text\n', 0o644)).toBe(true);
    } finally {
      process.umask(before);
    }
    expect(await readFile(path, 'utf8')).toBe('text\n');
    expect(await modeOf(path)).toBe(0o644);
    expect((await stat(join(directory, 'a'))).mode & 0o777).toBe(0o700);
  });

  it('writeFileAtomically() leaves the file alone, times included, when it is so already', async () => {
    await writeFileAtomically(path, 'text', 0o600);
    const before = await stat(path, { bigint: true });
    expect(await writeFileAtomically(path, 'text', 0o600)).toBe(false);
    const after = await stat(path, { bigint: true });
    expect([after.ino, after.mtimeNs, after.ctimeNs]).toEqual([before.ino, before.mtimeNs, before.ctimeNs]);
  });

  it('writeFileAtomically() writes when only the mode differs', async () => {
    await writeFileAtomically(path, 'text', 0o644);
    expect(await writeFileAtomically(path, 'text', 0o600)).toBe(true);
    expect(await modeOf(path)).toBe(0o600);
  });

  it('writeFileAtomically() replaces the file whole when readers hold the old one', async () => {
    await writeFileAtomically(path, 'old', 0o600);
    const { ino } = await stat(path);
    const long = 'new'.repeat(100_000);
    const reads: Promise<string | null>[] = [];
    const writing = writeFileAtomically(path, long, 0o600);
    for (let turn = 0; turn < 50; turn += 1) {
      reads.push(readText(path));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await writing;
    expect(new Set(['old', long, ...(await Promise.all(reads))]).size).toBe(2);
    expect((await stat(path)).ino).not.toBe(ino);
  });

  it('writeFileAtomically() leaves one whole file and nothing beside it when several write at once', async () => {
    const texts = Array.from({ length: 8 }, (_, index) => String(index).repeat(10_000));
    await Promise.all(texts.map((text) => writeFileAtomically(path, text, 0o600)));
    expect(texts).toContain(await readFile(path, 'utf8'));
    expect(await readdir(join(directory, 'a', 'b'))).toEqual(['file']);
  });

  it('writeFileAtomically() replaces a link and not what it points at when the path is a link', async () => {
    const target = join(directory, 'target');
    await writeFile(target, 'of somebody else');
    const link = join(directory, 'link');
    await symlink(target, link);
    expect(await writeFileAtomically(link, 'ours', 0o600)).toBe(true);
    expect([await readFile(target, 'utf8'), await readFile(link, 'utf8')]).toEqual([
      'of somebody else',
      'ours',
    ]);
  });
});

describe('readText()', () => {
  it('readText() is null when there is no such file, or a file in the way, and throws when it cannot be read', async () => {
    await writeFile(join(directory, 'plain'), 'text');
    expect(await readText(join(directory, 'none'))).toBeNull();
    expect(await readText(join(directory, 'plain', 'below'))).toBeNull();
    expect(await readText(join(directory, 'plain'))).toBe('text');
    await expect(readText(directory)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe('fileDifferences()', () => {
  const want = { path: '/etc/x', mode: '640', owner: 'root', group: 'keystone', content: 'one\ntwo\n' };

  it('fileDifferences() is empty when mode, owner and content are as wanted', () => {
    expect(fileDifferences(want, want)).toEqual([]);
  });

  it('fileDifferences() says absent, and nothing more, when there is no file', () => {
    expect(fileDifferences(want, null)).toEqual([{ what: 'file /etc/x', have: 'absent', want: 'present' }]);
  });

  it.each([
    ['mode', '600', '600 root:keystone'],
    ['owner', 'eve', '640 eve:keystone'],
    ['group', 'root', '640 root:root'],
  ])('fileDifferences() names the rights when the %s is %s', (key, value, have) => {
    expect(fileDifferences(want, { ...want, [key]: value })).toEqual([
      { what: 'rights of /etc/x', have, want: '640 root:keystone' },
    ]);
  });

  it.each([
    ['one\nTWO\n', 'line 2', 'TWO', 'two'],
    ['', 'line 1', '', 'one'],
    ['one\ntwo\nthree\n', 'line 3', 'three', ''],
    ['one\ntwo', 'line 3', '(no line)', ''],
    ['one\r\ntwo\n', 'line 1', 'one\r', 'one'],
  ])(
    'fileDifferences() names the first line that differs when the content is %j',
    (content, line, have, wanted) => {
      expect(fileDifferences(want, { ...want, content })).toEqual([
        { what: `/etc/x ${line}`, have, want: wanted },
      ]);
    },
  );

  it('fileDifferences() names rights and content when both differ', () => {
    expect(fileDifferences(want, { ...want, mode: '644', content: '' })).toHaveLength(2);
  });
});
