// SPDX-License-Identifier: Apache-2.0
// What a box is kept by: dumps of its databases, and one file with all that makes its state directory.
// Proves: activities/dumps activities/secrets activities/pki workers/machine workflows/operations/dump-box workflows/operations/restore-box cli/commands
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DumpManifest } from '../../workflows/contracts/box/dump.ts';
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import { jobOf } from '../system/job-watch.ts';
import { kill, labSpec, type Lab } from '../system/lab.ts';
import { crashLab, runThroughCrashes } from './crash/crash-run.ts';
import { asAdministrator, shell, type Target } from './sabotage/sabotages.ts';

const spec = labSpec('saved-box', 72, { dumps: { keep: 2 } });
let folder = '';
let lab: Lab;
let target: Target;
const file = () => join(folder, 'boxes.age');
const passphrase = () => ['--passphrase-file', join(folder, 'passphrase')];
const cli = (...args: string[]) => lab.run('cli.js', args, { reject: false });
/** A step that has to go well. */
const done = (...args: string[]) => lab.run('cli.js', args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-backup-'));
  await writeFile(join(folder, 'passphrase'), 'correct horse battery\n', { mode: 0o600 });
  lab = await crashLab();
  target = { spec, stateDirectory: lab.stateDirectory };
  expect((await lab.install(spec)).phase).toBe('done');
});
afterAll(async () => {
  await lab.dispose(spec.name);
  await rm(folder, { recursive: true, force: true });
});

const dumps = async () =>
  JSON.parse((await done('box', 'dumps', spec.name, '--json')).stdout) as DumpManifest[];
const projects = () =>
  asAdministrator(target, async ({ identity }) => (await identity.projects.list()).map(({ name }) => name));
const remember = (name: string) =>
  asAdministrator(target, ({ identity }) => identity.projects.ensure({ name, domainId: 'default' }));

test('what was there at a dump is there again after a restore, and what came later is in a dump of its own', async () => {
  await remember('early');
  await done('box', 'dump', spec.name);
  const [first] = await dumps();
  expect(first?.databases.map(({ database }) => database)).toEqual(['keystone']);
  await remember('late');
  await shell(
    target,
    'setpriv --reuid=postgres --regid=postgres --init-groups psql -qc "DROP TABLE project CASCADE" keystone',
  );

  await done('box', 'restore', spec.name, first?.id ?? '', '--confirm', spec.name);
  expect((await lab.install(spec)).phase).toBe('done');
  expect(await projects()).toEqual(expect.arrayContaining(['early', 'demo']));
  expect(await projects()).not.toContain('late');
  expect((await dumps()).length).toBe(2);
});

test('a restore whose worker is killed while a database is written ends as any other', async () => {
  const [newest] = await dumps();
  await remember('after');
  await done('box', 'dump', spec.name);
  const wanted = (await dumps()).find(({ id }) => id !== newest?.id)?.id ?? '';
  const { workflow } = await lab.client();
  const handle = await workflow.start('RestoreBox', {
    workflowId: `restore-box/${spec.name}`,
    taskQueue: 'holdfast-control',
    args: [{ name: spec.name, dump: wanted, takeOver: false }],
  });
  await jobOf(spec.name, 'databases');
  kill((await lab.processes()).worker, 'SIGKILL');
  await lab.up();
  expect(await handle.result()).toMatchObject({ phase: 'done' });
  expect((await lab.install(spec)).phase).toBe('done');
});

test('a dump whose worker is killed before it could say so stays, and is not taken twice', async () => {
  const { workflow } = await lab.client();
  const begin = () =>
    workflow.start('DumpBox', {
      workflowId: `dump-box/${spec.name}`,
      taskQueue: 'holdfast-control',
      args: [{ name: spec.name, takeOver: false }],
    });
  const { progress, crashes } = await runThroughCrashes(lab, begin, ['dump.after']);
  expect(crashes).toEqual(['dump.after']);
  const [step] = progress.steps;
  expect(step).toMatchObject({ id: 'dump', status: 'changed', tries: 1 });
  const [newest] = await dumps();
  expect(step?.detail).toContain(newest?.id);
});

test('only as many dumps are kept as the spec says', async () => {
  await done('box', 'dump', spec.name);
  await done('box', 'dump', spec.name);
  expect(await dumps()).toHaveLength(2);
  expect(await readdir(join(lab.stateDirectory, 'dumps', spec.name))).toHaveLength(2);
});

test('a dump that lost a byte is refused before anything is stopped', async () => {
  const [newest] = await dumps();
  const folder = join(lab.stateDirectory, 'dumps', spec.name, newest?.id ?? '');
  await writeFile(join(folder, 'keystone.dump'), 'not what it was');
  const { exitCode, stderr } = await cli(
    'box',
    'restore',
    spec.name,
    newest?.id ?? '',
    '--confirm',
    spec.name,
  );
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('keystone');
  expect((await lab.drift(spec.name)).result).toBe('same');
  await rm(folder, { recursive: true });
});

test('a restore asks for the name, and an id that is none is refused by its path', async () => {
  const unasked = await cli('box', 'restore', spec.name, '0123456789abcdef');
  expect(unasked.exitCode).toBe(2);
  expect(unasked.stderr).toContain(`--confirm ${spec.name}`);
  const path = await cli('box', 'restore', spec.name, '../../etc', '--confirm', spec.name);
  expect(path.stderr).toContain('dump: Not the id of a dump');
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
  const { steps } = (await (await lab.startInstall(spec)).result()) as Progress;
  return [...new Set(steps.map(({ status }) => status))];
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
  const replaced = async (): Promise<string[]> =>
    (await readdir(lab.stateDirectory)).filter((name) => name.startsWith('replaced-'));
  // What the refused install only wanted lies in one.
  const before = await replaced();
  expect((await cli('restore', file(), '--replace', ...passphrase())).exitCode).toBe(0);
  expect(await replaced()).toHaveLength(before.length + 1);
  await lab.up();
  expect(await statuses()).toEqual(['same']);
});
