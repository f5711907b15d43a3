// SPDX-License-Identifier: Apache-2.0
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../activities/clients/failure.ts';
import { EmbeddedSecretStore, randomSecret } from '../../activities/clients/secrets/secret-store.ts';
import { secretRef } from '../../workflows/contracts/box/brands.ts';
import { secretStoreContract } from '../vault/secret-store-contract.ts';

const reference = secretRef('boxes/lab/admin-password');

let directory: string;
let store: EmbeddedSecretStore;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'holdfast-secrets-')), 'secrets');
  store = new EmbeddedSecretStore(directory);
});
afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error(`A Failure was expected, not ${String(error)}`);
  return error;
}

async function allFiles(): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

describe('the contract of secret stores', () =>
  secretStoreContract(() => new EmbeddedSecretStore(directory)));

describe('versions', () => {
  it('get() is null when nothing was put', async () => {
    expect(await store.get(reference)).toBeNull();
  });

  it('put() makes versions from 1 and get() returns the newest when several are there', async () => {
    expect(await store.put(reference, 'one', 0)).toBe(1);
    expect(await store.put(reference, 'two', 1)).toBe(2);
    for (let version = 2; version < 11; version += 1)
      await store.put(reference, `value ${version + 1}`, version);
    expect(await store.get(reference)).toEqual({ value: 'value 11', version: 11 });
  });

  it('get() reads what another store of the same folder has put, to the byte', async () => {
    const value = `{"key":"-----BEGIN PRIVATE KEY-----\\n"}\n ü€😀 \t`;
    await store.put(reference, value, 0);
    expect(await new EmbeddedSecretStore(directory).get(reference)).toEqual({ value, version: 1 });
  });

  it('get() refuses a file that was damaged since it was read, and one that was put in place of it is read', async () => {
    await store.put(reference, 'one', 0);
    await store.get(reference);
    const path = join(directory, reference, '1.age');
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, -1));
    expect((await failureOf(store.get(reference))).message).toContain('cannot be decrypted');
    const other = secretRef('boxes/lab/other');
    await store.put(other, 'another', 0);
    await writeFile(path, await readFile(join(directory, other, '1.age')));
    expect(await store.get(reference)).toEqual({ value: 'another', version: 1 });
  });

  it.each([0, 2, 7])(
    'put() is a Conflict and writes nothing when it expects version %i of 1',
    async (expected) => {
      await store.put(reference, 'one', 0);
      const failure = await failureOf(store.put(reference, 'other', expected));
      expect(failure.code).toBe('Conflict');
      expect(failure.message).toContain(reference);
      expect(await store.get(reference)).toEqual({ value: 'one', version: 1 });
      expect((await allFiles()).length).toBe(2);
    },
  );

  it('put() lets exactly one win when several put the same version at once', async () => {
    for (let version = 0; version < 5; version += 1) {
      // Each with a store of its own, as two workers of one state directory.
      const puts = ['a', 'b', 'c', 'd'].map((value) =>
        new EmbeddedSecretStore(directory).put(reference, `${value}${version}`, version),
      );
      const outcomes = await Promise.allSettled(puts);
      const losers = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as Failure] : []));
      expect(losers.map(({ code }) => code)).toEqual(['Conflict', 'Conflict', 'Conflict']);
      const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
      expect(await store.get(reference)).toEqual({
        value: `${'abcd'[winner]}${version}`,
        version: version + 1,
      });
    }
    expect((await allFiles()).filter((path) => path.endsWith('.new'))).toEqual([]);
  });

  it('remove() takes away all below a path, and nothing else, when it is repeated', async () => {
    const other = secretRef('boxes/lab-2/admin-password');
    await store.put(reference, 'one', 0);
    await store.put(other, 'two', 0);
    await store.remove('boxes/lab');
    await store.remove('boxes/lab');
    expect(await store.get(reference)).toBeNull();
    expect((await store.get(other))?.value).toBe('two');
  });
});

describe('files', () => {
  it('put() keeps files at 0600 and folders at 0700 when the umask is generous', async () => {
    const before = process.umask(0);
    try {
      await store.put(reference, 'one', 0);
    } finally {
      process.umask(before);
    }
    expect(new Set(await Promise.all((await allFiles()).map(modeOf)))).toEqual(new Set(['600']));
    const folders = [directory, join(directory, 'boxes'), join(directory, 'boxes', 'lab')];
    expect(await Promise.all(folders.map(modeOf))).toEqual(['700', '700', '700']);
  });

  it('get() closes a folder that was opened to others when the store is used', async () => {
    await store.put(reference, 'one', 0);
    await chmod(directory, 0o755);
    await new EmbeddedSecretStore(directory).get(reference);
    expect(await modeOf(directory)).toBe('700');
  });

  it('put() leaves the value in no file when it has encrypted it', async () => {
    const value = `sentinel-${randomSecret()}`;
    await store.put(reference, value, 0);
    for (const path of await allFiles()) {
      const bytes = await readFile(path);
      for (const form of [value, Buffer.from(value).toString('base64'), Buffer.from(value).toString('hex')])
        expect(bytes.includes(form), path).toBe(false);
    }
  });

  it('put() makes another ciphertext when the value is the same', async () => {
    await store.put(reference, 'same', 0);
    await store.put(reference, 'same', 1);
    const [one, two] = (await allFiles()).filter((path) => path.endsWith('.age'));
    expect((await readFile(one ?? '')).equals(await readFile(two ?? ''))).toBe(false);
  });

  it.each([
    '../x',
    'boxes/../../x',
    '/etc/passwd',
    'boxes//x',
    '',
    '.',
    '..',
    'boxes/.hidden',
    'a/b\0c',
    'a b',
  ])('get(), put() and remove() refuse the path %j when it could leave the store', async (path) => {
    const bad = secretRef(path);
    const failures = [store.get(bad), store.put(bad, 'value', 0), store.remove(path)].map(failureOf);
    expect((await Promise.all(failures)).map(({ code }) => code)).toEqual(Array(3).fill('Invariant'));
    expect(await readdir(join(directory, '..'))).not.toContain('x');
  });
});

describe('identity', () => {
  it('get() is Rejected, with the file to restore, when the identity is another one', async () => {
    await store.put(reference, 'one', 0);
    await writeFile(join(directory, 'identity'), `${await generateIdentity()}\n`);
    const failure = (await failureOf(new EmbeddedSecretStore(directory).get(reference))).toStepFailure();
    expect(failure).toMatchObject({ code: 'Rejected', on: directory });
    expect(failure.hint).toContain(join(directory, 'identity'));
    expect(JSON.stringify(failure)).not.toMatch(/AGE-SECRET-KEY|"one"/);
  });

  it('get() is Rejected when the ciphertext was damaged', async () => {
    await store.put(reference, 'one', 0);
    const path = join(directory, reference, '1.age');
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(path, bytes);
    expect((await failureOf(store.get(reference))).code).toBe('Rejected');
  });

  it('put() keeps one identity when several stores begin at once', async () => {
    const names = ['one', 'two', 'three', 'four'];
    const paths = names.map((name) => secretRef(`boxes/lab/${name}`));
    await Promise.all(paths.map((path) => new EmbeddedSecretStore(directory).put(path, path, 0)));
    const last = new EmbeddedSecretStore(directory);
    for (const path of paths) expect((await last.get(path))?.value).toBe(path);
  });

  it('randomSecret() gives 256 bits in letters that need no quoting, other ones each time', () => {
    const all = Array.from({ length: 100 }, randomSecret);
    expect(new Set(all).size).toBe(100);
    for (const each of all) expect(each).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});
