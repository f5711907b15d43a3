// SPDX-License-Identifier: Apache-2.0
// The state directory is lost and comes back from one file: the live box is adopted, every row as wanted.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Progress } from '../../workflows/contracts/progress.ts';
import { Lab, labSpec } from '../system/lab.ts';

const spec = labSpec('saved-box', 72);
let folder = '';
let lab: Lab;
const file = () => join(folder, 'boxes.age');
const passphrase = () => ['--passphrase-file', join(folder, 'passphrase')];
const cli = (...args: string[]) => lab.run('cli.js', args, { reject: false });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-backup-'));
  await writeFile(join(folder, 'passphrase'), 'correct horse battery\n', { mode: 0o600 });
  lab = await Lab.create();
  await lab.install(spec);
});
afterAll(async () => {
  await lab.dispose(spec.name);
  await rm(folder, { recursive: true, force: true });
});

/** All but the ports, so that the test's Temporal meets no other. */
async function loseState(): Promise<void> {
  await lab.down();
  for (const name of await readdir(lab.stateDirectory))
    if (name !== 'temporal') await rm(join(lab.stateDirectory, name), { recursive: true });
  await rm(join(lab.stateDirectory, 'temporal', 'temporal.db'));
  await lab.up();
}

async function statuses(): Promise<string[]> {
  const { rows } = (await (await lab.startInstall(spec)).result()) as Progress;
  return [...new Set(rows.map(({ status }) => status))];
}

test('a live box is refused by name when its secrets are lost, and adopted when the backup is restored', async () => {
  const backup = await cli('backup', file(), ...passphrase());
  expect([backup.exitCode, backup.stdout]).toEqual([0, file()]);
  expect(await readFile(file(), 'latin1')).not.toMatch(/saved-box|AGE-SECRET|PRIVATE KEY/);

  await loseState();
  const specFile = join(folder, 'box.yaml');
  await writeFile(specFile, JSON.stringify(spec));
  const refused = await cli('box', 'install', specFile);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain(
    'box saved-box exists here, but its secrets are not in this state directory',
  );
  expect(refused.stderr).toContain('holdfast restore FILE');

  const restored = await cli('restore', file(), ...passphrase());
  expect([restored.exitCode, restored.stdout]).toEqual([0, spec.name]);
  // Restoring stops the worker, which would go on with the lost store's key.
  await lab.up();
  expect(await statuses()).toEqual(['same']);
  expect((await lab.drift(spec.name)).result).toBe('same');
});

test('restore refuses a state that holds something, and moves it aside when told to', async () => {
  const refused = await cli('restore', file(), ...passphrase());
  expect([refused.exitCode, refused.stderr.includes('is not empty: it holds secrets and boxes')]).toEqual([
    1,
    true,
  ]);
  expect((await cli('restore', file(), '--replace', ...passphrase())).exitCode).toBe(0);
  expect((await readdir(lab.stateDirectory)).filter((name) => name.startsWith('replaced-'))).toHaveLength(1);
  await lab.up();
  expect(await statuses()).toEqual(['same']);
});
