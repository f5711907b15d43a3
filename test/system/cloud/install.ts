// SPDX-License-Identifier: Apache-2.0
// The install meets crashes of the worker that a seed chooses, ends with a guest that a plain user reached, and has nothing to do twice.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Evidence } from '../../../workflows/contracts/box/evidence.ts';
import type { Progress } from '../../../workflows/contracts/run/progress.ts';
import { crashMoments } from '../../proofs/crash/crash-plan.ts';
import { installThroughCrashes } from '../../proofs/crash/crash-run.ts';
import { drawn, proofSeed } from '../../proofs/runner/seeded-part.ts';
import { journalIntervals, overlapsOf } from '../job-watch.ts';
import { wouldChange } from '../report-steps.ts';
import { cli, lab, spec } from './stand.ts';

/** Commands of seconds: the watch that kills a worker inside one cannot miss them. */
const longCommands = ['postgres.cluster', 'neutron.schema', 'nova.schema', 'cinder.schema'];
/** What the cache may have made true before the run began. */
const cached = ['image', 'guest-image'];

let first: Progress;
let planned: string[];
let crashes: readonly string[];

async function moments(): Promise<string[]> {
  const { steps } = await lab.plan(spec);
  const changing = steps.filter((step) => wouldChange(step) && !cached.includes(step.id)).map(({ id }) => id);
  const between = drawn(`${proofSeed()} between`, crashMoments(changing, []), 2 / (2 * changing.length));
  const [inside = ''] = drawn(`${proofSeed()} inside`, longCommands, 1 / longCommands.length);
  return [...between, `${inside}.during`];
}

export function installTests(): void {
  beforeAll(async () => {
    planned = await moments();
    ({ progress: first, crashes } = await installThroughCrashes(lab, spec, planned));
  }, 1_200_000);

  test('it ends through crashes of the worker, and no command met another', async () => {
    expect(first.phase).toBe('done');
    // A step that the steps before it made true already applies nothing.
    const applied = first.steps.filter(({ status }) => status === 'changed').map(({ id }) => id);
    const came = planned.filter((moment) => applied.includes(moment.slice(0, moment.lastIndexOf('.'))));
    expect(came.filter((moment) => !crashes.includes(moment))).toEqual([]);
    expect(crashes).not.toEqual([]);
    expect(overlapsOf(await journalIntervals(spec.name))).toEqual([]);
  });

  test('a plain user reached a guest from outside, its metadata and its volume', async () => {
    const path = join(lab.stateDirectory, 'boxes', spec.name, 'evidence.json');
    const { canary } = JSON.parse(await readFile(path, 'utf8')) as Evidence;
    const checks = canary.map(({ phase }) => phase);
    const wanted = ['ping', 'ssh', 'user-data', 'metadata', 'dns', 'egress', 'volume'] as const;
    expect(checks).toEqual(expect.arrayContaining([...wanted]));
  });

  test('nothing is left to migrate in a new cloud', async () => {
    expect((await cli('nova', 'status', spec.name, '--exit-code')).exitCode).toBe(0);
    const { stdout } = await cli('db', 'migrate', 'keystone', spec.name, '--plan');
    expect(stdout).toContain('0 add, 0 change');
  });

  test('a second install finds every step same', async () => {
    const { steps } = await lab.install(spec);
    expect(steps.filter(({ status }) => status !== 'same')).toEqual([]);
  });
}
