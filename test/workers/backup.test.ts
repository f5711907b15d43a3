// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Encrypter } from 'age-encryption';
import { beforeAll, describe, expect, it } from 'vitest';
import { superviseSettings } from '../../workers/embedded/supervise-settings.ts';
import { backUp } from '../../workers/machine/backup.ts';
import { restore } from '../../workers/machine/restore.ts';
import { temporaryDirectory } from './state-directory.ts';

const passphrase = 'correct horse battery';
const content = { 'secrets/identity': 'AGE-SECRET-KEY-1SENTINEL', 'boxes/lab/spec.json': '{"name":"lab"}' };
let state = '';
let file = '';

async function write(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true, mode: 0o700 });
  await writeFile(join(root, path), text, { mode: 0o600 });
}

function restoring(stateDirectory: string, path: string, replace = false, words = passphrase) {
  const settings = superviseSettings({
    environment: { HOLDFAST_STATE: stateDirectory },
    programDirectory: '/none',
    homeDirectory: '/none',
    userId: process.getuid?.() ?? 0,
  });
  const userId = process.getuid?.() ?? 0;
  return restore({ settings, userId, emit: () => undefined, path, passphrase: words, replace });
}

async function sealed(document: unknown): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(2);
  const path = join(await temporaryDirectory(), 'made.age');
  await writeFile(path, await encrypter.encrypt(JSON.stringify(document)));
  return path;
}

/** What `file` holds, opened in no time. */
function light(): Promise<string> {
  const files = Object.entries(content).map(([path, text]) => ({ path, mode: 0o600, content: btoa(text) }));
  return sealed({ format: 'holdfast-backup/1', createdAt: '', stateDirectory: state, files });
}

beforeAll(async () => {
  state = await temporaryDirectory();
  for (const [path, text] of Object.entries(content)) await write(state, path, text);
  await write(state, 'secrets/boxes/lab/half.age.new', 'half');
  await write(state, 'temporal/temporal.db', 'not ours to save');
  file = join(state, 'backup.age');
  const result = await backUp(state, file, `${passphrase}\n`);
  expect(result).toMatchObject({ path: file, boxes: ['lab'], files: 2 });
});

describe('backUp() and restore()', () => {
  it('backUp() writes one private file in which nothing can be read when it is opened without the passphrase', async () => {
    const text = await readFile(file, 'latin1');
    expect(text).toMatch(/^age-encryption\.org\/v1\n-> scrypt /);
    expect(text).not.toMatch(/SENTINEL|lab/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('backUp() refuses when the file is there, the passphrase is short, or nothing is to be saved', async () => {
    await expect(backUp(state, file, passphrase)).rejects.toThrow('is there already');
    await expect(backUp(state, join(state, 'b.age'), 'short')).rejects.toThrow('fewer than 8');
    const empty = await temporaryDirectory();
    await expect(backUp(empty, join(empty, 'b.age'), passphrase)).rejects.toThrow(
      'holds no secret and no box',
    );
    expect((await readdir(state)).sort()).toEqual(['backup.age', 'boxes', 'secrets', 'temporal']);
  });

  it('restore() gives back every file with its rights when the state is empty, and refuses when it is not', async () => {
    const target = await temporaryDirectory();
    expect(await restoring(target, file)).toMatchObject({ boxes: ['lab'], files: 2 });
    for (const [path, text] of Object.entries(content)) {
      expect(await readFile(join(target, path), 'utf8')).toBe(text);
      expect((await stat(join(target, path))).mode & 0o777).toBe(0o600);
    }
    expect((await readdir(target)).sort()).toEqual([
      'authorities',
      'boxes',
      'clouds',
      'destroyed',
      'run',
      'secrets',
      'sites',
    ]);
    await expect(restoring(target, file)).rejects.toThrow('is not empty: it holds secrets and boxes');
  });

  it('restore() counts what an install that was refused only wanted for nothing, and moves it aside', async () => {
    const target = await temporaryDirectory();
    const wanted = `boxes/lab/wanted/${'a'.repeat(64)}.json`;
    await write(target, wanted, '{}');
    const { movedTo = '' } = await restoring(target, await light());
    expect(await readFile(join(movedTo, wanted), 'utf8')).toBe('{}');
    expect(await readFile(join(target, 'boxes/lab/spec.json'), 'utf8')).toBe(content['boxes/lab/spec.json']);
    await expect(restoring(target, await light())).rejects.toThrow('it holds secrets and boxes');
  });

  it('restore() refuses a folder that it cannot read', async () => {
    const target = await temporaryDirectory();
    await write(target, 'boxes', 'a file where a folder should be');
    await expect(restoring(target, await light())).rejects.toThrow('ENOTDIR');
  });

  it('restore() moves what is there aside when that is asked for', async () => {
    const target = await temporaryDirectory();
    await write(target, 'secrets/identity', 'older');
    const { movedTo = '' } = await restoring(target, await light(), true);
    expect(await readFile(join(movedTo, 'secrets/identity'), 'utf8')).toBe('older');
    expect(await readFile(join(target, 'secrets/identity'), 'utf8')).toBe(content['secrets/identity']);
  });

  it('restore() can be repeated after it was cut off, and removes nothing that it finds', async () => {
    const target = await temporaryDirectory();
    const backup = await light();
    // As a kill between the two folders leaves it.
    const digest = createHash('sha256')
      .update(await readFile(backup))
      .digest('hex');
    await write(target, 'run/restoring', digest);
    await write(target, 'secrets/identity', 'of the first try');
    await expect(restoring(target, await light())).rejects.toThrow('is not empty');
    const { movedTo = '' } = await restoring(target, backup);
    expect(await readFile(join(movedTo, 'secrets/identity'), 'utf8')).toBe('of the first try');
    expect(await readFile(join(target, 'secrets/identity'), 'utf8')).toBe(content['secrets/identity']);
    expect(await readdir(join(target, 'run'))).not.toContain('restoring');
  });

  it.each([10, 60, 200])(
    'restore() calls a backup of its first %i%% cut off, not its passphrase wrong',
    async (part) => {
      const target = await temporaryDirectory();
      const backup = await light();
      const bytes = await readFile(backup);
      const cut = part > 100 ? Buffer.concat([bytes, bytes]) : bytes.subarray(0, (bytes.length * part) / 100);
      await writeFile(backup, cut);
      await expect(restoring(target, backup)).rejects.toThrow('was cut off or changed');
    },
  );

  it('restore() changes nothing when the passphrase is wrong', async () => {
    const target = await temporaryDirectory();
    await expect(restoring(target, await light(), false, 'wrong horse battery')).rejects.toThrow(
      'does not open',
    );
    expect(await readdir(target)).toEqual([]);
  });

  it.each(['../outside', 'secrets/../../outside', '/etc/passwd', 'temporal/x', 'secrets', 'secrets//x'])(
    'restore() refuses a backup that names the path %s',
    async (path) => {
      const target = await temporaryDirectory();
      const document = { format: 'holdfast-backup/1', createdAt: '', stateDirectory: '/' };
      const evil = await sealed({ ...document, files: [{ path, mode: 0o600, content: '' }] });
      await expect(restoring(target, evil)).rejects.toThrow('is no backup that this release understands');
      await rm(evil);
    },
  );
});
