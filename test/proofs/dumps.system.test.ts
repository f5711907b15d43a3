// SPDX-License-Identifier: Apache-2.0
// The databases of a box: dumped, lost, put back; the worker killed on the way.
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DumpManifest } from '../../workflows/contracts/dump.ts';
import { isJobAlive } from '../system/job-watch.ts';
import { kill, Lab, labSpec } from '../system/lab.ts';
import { asAdministrator, shell, type Target } from './sabotages.ts';

const spec = labSpec('dump-box', 47, { dumps: { keep: 2 } });
let lab: Lab;
let target: Target;

beforeAll(async () => {
  lab = await Lab.create();
  target = { spec, stateDirectory: lab.stateDirectory };
  expect((await lab.install(spec)).phase).toBe('done');
});
afterAll(() => lab.dispose(spec.name));

const cli = (args: string[], reject = true) => lab.run('cli.js', args, { reject });
const dumps = async () =>
  JSON.parse((await cli(['box', 'dumps', spec.name, '--json'])).stdout) as DumpManifest[];
const projects = () =>
  asAdministrator(target, async ({ identity }) => (await identity.projects.list()).map(({ name }) => name));
const remember = (name: string) =>
  asAdministrator(target, ({ identity }) => identity.projects.ensure({ name, domainId: 'default' }));

test('what was there at a dump is there again after a restore, and what came later is in a dump of its own', async () => {
  await remember('early');
  await cli(['box', 'dump', spec.name]);
  const [first] = await dumps();
  expect(first?.databases.map(({ database }) => database)).toEqual(['keystone']);
  await remember('late');
  await shell(
    target,
    'setpriv --reuid=postgres --regid=postgres --init-groups psql -qc "DROP TABLE project CASCADE" keystone',
  );

  await cli(['box', 'restore', spec.name, first?.id ?? '', '--confirm', spec.name]);
  expect((await lab.install(spec)).phase).toBe('done');
  expect(await projects()).toEqual(expect.arrayContaining(['early', 'demo']));
  expect(await projects()).not.toContain('late');
  expect((await dumps()).length).toBe(2);
});

test('a restore whose worker is killed while a database is written ends as any other', async () => {
  const [newest] = await dumps();
  await remember('after');
  await cli(['box', 'dump', spec.name]);
  const wanted = (await dumps()).find(({ id }) => id !== newest?.id)?.id ?? '';
  const { workflow } = await lab.client();
  const handle = await workflow.start('RestoreBox', {
    ...{ workflowId: `restore-box/${spec.name}`, taskQueue: 'holdfast-control' },
    args: [{ name: spec.name, dump: wanted, takeOver: false }],
  });
  while (!(await isJobAlive(spec.name, 'databases'))) await new Promise((resolve) => setTimeout(resolve, 5));
  kill((await lab.processes()).worker, 'SIGKILL');
  await lab.up();
  expect(await handle.result()).toMatchObject({ phase: 'done' });
  expect((await lab.install(spec)).phase).toBe('done');
});

test('only as many dumps are kept as the spec says', async () => {
  await cli(['box', 'dump', spec.name]);
  await cli(['box', 'dump', spec.name]);
  expect(await dumps()).toHaveLength(2);
  expect(await readdir(join(lab.stateDirectory, 'dumps', spec.name))).toHaveLength(2);
});

test('a dump that lost a byte is refused before anything is stopped', async () => {
  const [newest] = await dumps();
  const folder = join(lab.stateDirectory, 'dumps', spec.name, newest?.id ?? '');
  await writeFile(join(folder, 'keystone.dump'), 'not what it was');
  const { exitCode, stderr } = await cli(
    ['box', 'restore', spec.name, newest?.id ?? '', '--confirm', spec.name],
    false,
  );
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('keystone');
  expect((await lab.drift(spec.name)).result).toBe('same');
  await rm(folder, { recursive: true });
});

test('a restore asks for the name, and an id that is none is refused by its path', async () => {
  const unasked = await cli(['box', 'restore', spec.name, '0123456789abcdef'], false);
  expect(unasked.exitCode).toBe(2);
  expect(unasked.stderr).toContain(`--confirm ${spec.name}`);
  const path = await cli(['box', 'restore', spec.name, '../../etc', '--confirm', spec.name], false);
  expect(path.stderr).toContain('dump: Not the id of a dump');
});
