// SPDX-License-Identifier: Apache-2.0
// The worker is killed in every row: before, inside and after its change. The end must equal an undisturbed run's.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Progress } from '../../workflows/contracts/progress.ts';
import { findBackgroundProcess } from '../../workers/embedded/background-process.ts';
import { bundleProgram } from '../run-ts.mjs';
import { endState } from '../system/end-state.ts';
import { journalIntervals, overlapsOf } from '../system/job-watch.ts';
import { Lab, labSpec, root } from '../system/lab.ts';

const calm = labSpec('calm-box', 21);
const killed = labSpec('kill-box', 22);
/** Rows whose change is a durable command; `image` is built once and shared, so a box of its own kills that. */
const commandRows = [
  'boot',
  'postgres.cluster',
  'keystone.keys',
  'keystone.schema',
  'keystone.administrator',
];
let lab: Lab;

beforeAll(async () => {
  await bundleProgram('test/system/crash-worker.ts');
  lab = await Lab.create({ HOLDFAST_WORKER_ENTRY: join(root, 'dist', 'crash-worker.js') });
});
afterAll(() => lab.dispose(calm.name, killed.name));

async function runThroughCrashes(plans: readonly string[]): Promise<Progress> {
  const crashes = join(lab.stateDirectory, 'crashes');
  await mkdir(crashes, { recursive: true });
  for (const plan of plans) await writeFile(join(crashes, plan), '');
  const handle = await lab.startInstall(killed);
  let ended = false;
  const end = handle.result().finally(() => (ended = true)) as Promise<Progress>;
  while (!ended) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if ((await findBackgroundProcess(lab.stateDirectory, 'worker')) === undefined) await lab.up();
  }
  return end;
}

test('an install whose worker is killed in every row ends as an undisturbed one', async () => {
  const undisturbed = await lab.install(calm);
  expect(undisturbed.phase).toBe('done');
  const changed = undisturbed.rows.filter((row) => row.status === 'changed').map((row) => row.id);
  // Each row once, before or after its change in turn; each command also while its process lives.
  const plans = [
    ...changed.map((row, index) => `${row}.${index % 2 === 0 ? 'after' : 'before'}`),
    ...commandRows.map((row) => `${row}.during`),
  ];
  const progress = await runThroughCrashes(plans);
  const log = (await readFile(join(lab.stateDirectory, 'crashes.log'), 'utf8')).trim().split('\n');

  expect(log.map((line) => line.split(' ').slice(0, 2).join('.')).sort()).toEqual([...plans].sort());
  expect(progress.phase).toBe('done');
  const names = (spec: typeof calm) => ({ box: spec.name, address: spec.networks.management.address });
  expect(await endState(names(killed))).toEqual(await endState(names(calm)));
  expect(overlapsOf(await journalIntervals(killed.name))).toEqual([]);
  expect((await lab.drift(killed.name)).result).toBe('same');
});
