// SPDX-License-Identifier: Apache-2.0
// The worker is killed in every row: before, inside and after its change. The end must equal an undisturbed run's.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BoxSpec } from '../../workflows/contracts/box-spec.ts';
import { endState } from '../system/end-state.ts';
import { journalIntervals, overlapsOf } from '../system/job-watch.ts';
import { labSpec, type Lab } from '../system/lab.ts';
import { commandRows, crashLab, installThroughCrashes } from './crash-run.ts';

const calm = labSpec('calm-box', 21);
const killed = labSpec('kill-box', 22);
let lab: Lab;

beforeAll(async () => {
  lab = await crashLab();
});
afterAll(() => lab.dispose(calm.name, killed.name));

// 30 crashes, each up to 10 s of heartbeat and a start of the worker: five minutes alone, more beside others.
test(
  'an install whose worker is killed in every row ends as an undisturbed one',
  { timeout: 1_200_000 },
  async () => {
    const undisturbed = await lab.install(calm);
    expect(undisturbed.phase).toBe('done');
    const changed = undisturbed.rows.filter((row) => row.status === 'changed').map((row) => row.id);
    // Each row once, before or after its change in turn; each command also while its process lives.
    const plans = [
      ...changed.map((row, index) => `${row}.${index % 2 === 0 ? 'after' : 'before'}`),
      ...commandRows.map((row) => `${row}.during`),
    ];
    const { progress, crashes } = await installThroughCrashes(lab, killed, plans);

    expect([...crashes].sort()).toEqual([...plans].sort());
    expect(progress.phase).toBe('done');
    const names = (spec: BoxSpec) => ({ box: spec.name, address: spec.networks.management.address });
    expect(await endState(names(killed))).toEqual(await endState(names(calm)));
    expect(overlapsOf(await journalIntervals(killed.name))).toEqual([]);
    expect((await lab.drift(killed.name)).result).toBe('same');
  },
);
