// SPDX-License-Identifier: Apache-2.0
// The worker is killed in every row: before, inside and after its change. The end must equal an undisturbed run's.
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BoxSpec } from '../../workflows/contracts/box-spec.ts';
import { endState } from '../system/end-state.ts';
import { commandRows, journalIntervals, overlapsOf } from '../system/job-watch.ts';
import { labSpec, type Lab } from '../system/lab.ts';
import { ownCache } from '../system/own-cache.ts';
import { crashLab, installThroughCrashes } from './crash-run.ts';

const calm = labSpec('calm-box', 21);
const killed = labSpec('kill-box', 22);
let lab: Lab;
let cache: string;

beforeAll(async () => {
  // Without the images of others: the killed install builds its own, and is killed in that too.
  cache = await ownCache(['debian-packages', 'temporal']);
  lab = await crashLab({ HOLDFAST_CACHE: cache });
});
afterAll(async () => {
  await lab.dispose(calm.name, killed.name);
  await rm(cache, { recursive: true });
});

// 30 crashes, each up to 10 s of heartbeat and a start of the worker: five minutes alone, more beside others.
test(
  'an install whose worker is killed in every row ends as an undisturbed one',
  { timeout: 1_200_000 },
  async () => {
    const rows = (await lab.plan(killed)).rows.filter(({ changes }) => changes).map(({ id }) => id);
    expect(rows).toEqual(expect.arrayContaining([...commandRows]));
    // Each row once, before or after its change in turn; each command also while its process lives.
    const plans = [
      ...rows.map((row, index) => `${row}.${index % 2 === 0 ? 'after' : 'before'}`),
      ...commandRows.map((row) => `${row}.during`),
    ];
    const { progress, crashes } = await installThroughCrashes(lab, killed, plans);
    expect(plans.filter((moment) => !crashes.includes(moment))).toEqual([]);
    expect((await lab.install(calm)).phase).toBe('done');

    expect(progress.phase).toBe('done');
    const names = (spec: BoxSpec) => ({ box: spec.name, address: spec.networks.management.address });
    expect(await endState(names(killed))).toEqual(await endState(names(calm)));
    expect(overlapsOf(await journalIntervals(killed.name))).toEqual([]);
    expect((await lab.drift(killed.name)).result).toBe('same');
  },
);
