// SPDX-License-Identifier: Apache-2.0
// A host's files by its real shell scripts, on this machine, below a folder of their own.
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FencingToken } from '../../../activities/hosts/durable-command.ts';
import { Host, type WantedFile } from '../../../activities/hosts/host.ts';
import { thisMachine } from '../../../activities/hosts/transport.ts';

let directory: string;
let host: Host;
let target: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-host-'));
  await mkdir(join(directory, 'lease'));
  await writeFile(join(directory, 'lease', 'epoch'), '0\n');
  host = new Host(thisMachine, join(directory, 'base'), join(directory, 'lease'));
  target = join(directory, 'etc', 'one.conf');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const fencingToken = (extra: Partial<FencingToken> = {}): FencingToken => ({
  step: 'keystone.config',
  epoch: 5,
  occurrence: 2,
  attempt: 1,
  ...extra,
});
const file = (extra: Partial<WantedFile> = {}): WantedFile => ({
  path: target,
  mode: '640',
  owner: 'root',
  group: 'daemon',
  content: 'one\n',
  ...extra,
});
const changedAt = async (): Promise<bigint> => (await stat(target, { bigint: true })).ctimeNs;

describe('writeFiles()', () => {
  it('writeFiles() makes files with folder, mode and owner, and readFiles() tells them, when there is nothing', async () => {
    const other = file({ path: join(directory, 'two words', 'x'), mode: '600', group: 'root', content: '' });
    expect(await host.writeFiles(fencingToken(), [file(), other])).toEqual([target, other.path]);
    const absent = join(directory, 'absent');
    const states = await host.readFiles([target, absent, other.path]);
    const { path: _one, ...first } = file();
    const { path: _two, ...second } = other;
    expect(states).toEqual([first, null, second]);
    expect((await readdir(join(directory, 'etc'))).sort()).toEqual(['one.conf']);
  });

  it.each([
    '',
    'no newline',
    '\n\n',
    'tab\t"quotes" \'single\' $HOME `id` \\n %s\n',
    'ü€😀\n',
    '-n\n',
    'x'.repeat(200_000),
  ])('writeFiles() keeps the content to the byte when it is %j', async (content) => {
    await host.writeFiles(fencingToken(), [file({ content })]);
    expect(await readFile(target, 'utf8')).toBe(content);
    expect((await host.readFiles([target]))[0]?.content).toBe(content);
  });

  it('writeFiles() leaves a file alone, its change time included, when it is so already', async () => {
    await host.writeFiles(fencingToken(), [file()]);
    const before = await changedAt();
    expect(await host.writeFiles(fencingToken(), [file()])).toEqual([]);
    expect(await changedAt()).toBe(before);
  });

  it.each<[string, () => Promise<void>]>([
    ['content', () => writeFile(target, 'two\n')],
    ['mode', () => chmod(target, 0o644)],
    ['owner', () => chown(target, 1, 1)],
  ])('writeFiles() writes that file alone when its %s differs', async (_what, spoil) => {
    const other = file({ path: join(directory, 'other') });
    await host.writeFiles(fencingToken(), [file(), other]);
    await spoil();
    expect(await host.writeFiles(fencingToken(), [file(), other])).toEqual([target]);
    expect((await host.readFiles([target]))[0]).toMatchObject({
      mode: '640',
      owner: 'root',
      group: 'daemon',
    });
  });

  it('writeFiles() replaces a file whole when readers hold the old one', async () => {
    await host.writeFiles(fencingToken(), [file()]);
    const { ino } = await stat(target);
    await host.writeFiles(fencingToken(), [file({ content: 'two\n' })]);
    expect((await stat(target)).ino).not.toBe(ino);
  });

  it('writeFiles() replaces a link and not what it points at when the path is a link', async () => {
    const precious = join(directory, 'precious');
    await mkdir(join(directory, 'etc'));
    await writeFile(precious, 'of somebody else');
    await symlink(precious, target);
    await host.writeFiles(fencingToken(), [file()]);
    expect(await readFile(precious, 'utf8')).toBe('of somebody else');
    expect((await host.readFiles([target]))[0]?.mode).toBe('640');
  });

  it('writeFiles() is Rejected, with the reason, and leaves nothing half, when the owner does not exist', async () => {
    const failing = host.writeFiles(fencingToken(), [file({ owner: 'nobody-of-that-name' })]);
    await expect(failing).rejects.toMatchObject({ code: 'Rejected' });
    expect((await host.readFiles([target]))[0]).toBeNull();
  });
});

describe('fencing token of writeFiles()', () => {
  const overtaken: [string, Partial<FencingToken>][] = [
    ['epoch', { epoch: 4, occurrence: 9, attempt: 9 }],
    ['occurrence', { occurrence: 1, attempt: 9 }],
    ['attempt', { attempt: 1 }],
  ];
  it.each(overtaken)(
    'writeFiles() is a Conflict and writes nothing when its %s was overtaken',
    async (_what, old) => {
      await host.writeFiles(fencingToken({ attempt: 2 }), [file()]);
      const late = host.writeFiles(fencingToken({ attempt: 2, ...old }), [file({ content: 'late\n' })]);
      await expect(late).rejects.toMatchObject({
        code: 'Conflict',
        facts: { cause: expect.stringContaining('was overtaken by 5/2/2') },
      });
      expect(await readFile(target, 'utf8')).toBe('one\n');
    },
  );

  it.each<[string, Partial<FencingToken>]>([
    ['equal', {}],
    ['of a higher attempt', { attempt: 2 }],
    ['of a higher occurrence', { occurrence: 3, attempt: 1 }],
    ['of a higher epoch', { epoch: 6, occurrence: 1, attempt: 1 }],
    ['of another step', { step: 'haproxy.config', epoch: 1 }],
  ])('writeFiles() writes when its fencingToken is %s', async (_what, next) => {
    await host.writeFiles(fencingToken(), [file()]);
    expect(await host.writeFiles(fencingToken(next), [file({ content: 'next\n' })])).toEqual([target]);
  });

  it('writeFiles() is a Conflict when the lease has gone to a higher epoch, whatever the step saw', async () => {
    await writeFile(join(directory, 'lease', 'epoch'), '6\n');
    const late = host.writeFiles(fencingToken(), [file()]);
    await expect(late).rejects.toMatchObject({ code: 'Conflict' });
    await expect(stat(target)).rejects.toThrow();
    expect(await host.writeFiles(fencingToken({ epoch: 6 }), [file()])).toEqual([target]);
  });

  it('writeFiles() lets the highest fencing token have the last word when several write at once', async () => {
    const writes = Array.from({ length: 8 }, (_, index) =>
      host.writeFiles(fencingToken({ attempt: index + 1 }), [file({ content: `attempt ${index + 1}\n` })]),
    );
    await Promise.allSettled(writes);
    expect(await readFile(target, 'utf8')).toBe('attempt 8\n');
  });
});
