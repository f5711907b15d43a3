// SPDX-License-Identifier: Apache-2.0
// A support bundle (diagnosis) of a real state directory and this machine: what is in it, and what never is.
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedSecretStore } from '../../../activities/clients/secrets/secret-store.ts';
import type { SuperviseSettings } from '../../../workers/embedded/supervise-settings.ts';
import {
  requireNoSecret,
  withoutSecrets,
  writeSupportBundle,
} from '../../../workers/machine/diagnosis/bundle.ts';
import { errorEvent } from '../../../workers/embedded/supervise-events.ts';
import { knownSecrets, piecesOf } from '../../../workers/machine/diagnosis/known-secrets.ts';
import { mirrorSpecFile } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { secretRef } from '../../../workflows/contracts/box/brands.ts';

const password = 'kx7/Q2+v9LmT4wZr8YbN1cHd6EjUo3Sa';
const credential = { id: '5d2f1e0c9b8a47f6a1b2c3d4e5f60718', secret: 'Zt9qPq0e7w3mK5vX1yB2nC4rF6gJ8hLs' };
let folder: string;
let settings: SuperviseSettings;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  const stateDirectory = join(folder, 'state');
  settings = { stateDirectory, cacheDirectory: join(folder, 'cache'), environment: {} } as SuperviseSettings;
  const store = new EmbeddedSecretStore(join(stateDirectory, 'secrets'));
  await store.put(secretRef('boxes/lab/passwords/glance'), password, 0);
  await store.put(secretRef('boxes/lab/credentials/nova'), JSON.stringify(credential), 0);
  await mkdir(join(stateDirectory, 'logs'), { recursive: true });
  await mkdir(join(stateDirectory, 'boxes', 'lab'), { recursive: true });
  await mkdir(join(stateDirectory, 'sites', 'packages'), { recursive: true });
  await writeFile(join(stateDirectory, mirrorSpecFile('packages')), '{"name":"packages"}');
  const log = [
    `login of glance by ${password} refused`,
    `amqp://nova:${encodeURIComponent(password)}@rabbit`,
    `X-Body: ${Buffer.from(password).toString('base64')}`,
    `created ${credential.secret}`,
    'disk full',
  ];
  await writeFile(join(stateDirectory, 'logs', 'worker.log'), log.join('\n'));
  await writeFile(
    join(stateDirectory, 'boxes', 'lab', 'spec.json'),
    `{"name":"lab","key":"${credential.secret}"}`,
  );
});
afterEach(() => rm(folder, { recursive: true }));

const bundle = (path: string) =>
  writeSupportBundle(
    { settings, userId: process.getuid?.() ?? 0, path, runs: '{"runs":[]}' },
    () => undefined,
  );

describe('writeSupportBundle()', () => {
  it('holds logs, records and facts of the machine, and no secret in any form', async () => {
    const path = join(folder, 'support.tar.gz');
    const { files, missing, secrets } = await bundle(path);
    expect(files).toEqual(
      expect.arrayContaining([
        'runs.json',
        'doctor.json',
        'machine/kernel.txt',
        'logs/worker.log',
        'boxes/lab/spec.json',
        mirrorSpecFile('packages'),
      ]),
    );
    // A box that is off has no services to ask.
    expect(missing).toContain('boxes/lab/services.log: Box lab is off');
    expect(secrets).toBeGreaterThan(3);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await execa('tar', ['-C', folder, '-xzf', path]);
    const log = await readFile(join(folder, 'holdfast-support', 'logs', 'worker.log'), 'utf8');
    expect(log).toContain('disk full');
    const { stdout } = await execa(
      'grep',
      [
        '-rlF',
        ...(await knownSecrets(settings.stateDirectory)).flatMap((value) => ['-e', value]),
        join(folder, 'holdfast-support'),
      ],
      { reject: false },
    );
    expect(stdout).toBe('');
  });

  it('leaves a file that is there as it is, before anything is read', async () => {
    const path = join(folder, 'mine.txt');
    await writeFile(path, 'mine');
    await expect(bundle(path)).rejects.toMatchObject({ code: 'Conflict' });
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('is not written while a secret cannot be read: it could not be looked for', async () => {
    await writeFile(
      join(settings.stateDirectory, 'secrets', 'boxes', 'lab', 'passwords', 'glance', '1.age'),
      'damaged',
    );
    const refused: unknown = await bundle(join(folder, 'support.tar.gz')).catch((error: unknown) => error);
    expect(errorEvent(refused)).toMatchObject({
      message: expect.stringContaining('passwords/glance cannot be decrypted') as unknown,
      hint: expect.stringContaining('from a backup') as unknown,
    });
  });
});

describe('requireNoSecret()', () => {
  it('names the file that holds one, and not the secret', async () => {
    await writeFile(join(folder, 'missing.txt'), '');
    await writeFile(join(folder, 'a.txt'), `x${password}y`);
    const refused = await requireNoSecret(folder, ['a.txt'], [password]).catch((error: unknown) => error);
    expect(String(refused)).toContain('a.txt would hold a secret');
    expect(String(refused)).not.toContain(password);
  });
});

describe('piecesOf()', () => {
  it('takes passwords whole, of JSON what is random, and no word of prose', () => {
    expect(piecesOf(password)).toEqual([password]);
    expect(piecesOf(JSON.stringify({ ...credential, user: 'glance' }))).toEqual([
      credential.id,
      credential.secret,
    ]);
    expect(piecesOf('short')).toEqual([]);
  });

  it('withoutSecrets() removes the longest first', () => {
    expect(withoutSecrets('abcdefgh-ijklmnop', ['abcdefgh-ijklmnop', 'abcdefgh'])).toBe('[redacted]');
  });
});
