// SPDX-License-Identifier: Apache-2.0
// The worker is killed in every row: before, inside and after its change; the package source goes down as well.
// The end must equal an undisturbed run's.
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorkflowHandle } from '@temporalio/client';
import type { BoxSpec } from '../../workflows/contracts/box-spec.ts';
import type { Progress } from '../../workflows/contracts/progress.ts';
import { stateOf } from '../system/calm-state.ts';
import { commandRows, journalIntervals, overlapsOf } from '../system/job-watch.ts';
import { labSpec, type Lab } from '../system/lab.ts';
import { Mirror } from '../system/mirror.ts';
import { ownCache } from '../system/own-cache.ts';
import { crashLab, installThroughCrashes } from './crash-run.ts';

let calm: BoxSpec;
let killed: BoxSpec;
let mirror: Mirror;
let lab: Lab;
let cache: string;

async function undisturbedState(): Promise<string[]> {
  expect((await lab.install(calm)).phase).toBe('done');
  return stateOf(calm);
}

beforeAll(async () => {
  // Without the images of others: the killed install builds its own, and is killed in that too.
  cache = await ownCache(['debian-packages', 'temporal']);
  lab = await crashLab({ HOLDFAST_CACHE: cache });
  mirror = await Mirror.start();
  const debian = { mirror: mirror.url };
  calm = labSpec('calm-box', 21, { debian });
  killed = labSpec('kill-box', 22, { debian });
});
afterAll(async () => {
  await lab.dispose(calm.name, killed.name);
  await mirror.stop();
  await rm(cache, { recursive: true });
});

/** Until a person says that it is back; the worker may die meanwhile. */
async function sourceGoesDown(handle: WorkflowHandle): Promise<void> {
  const isBuilding = ({ rows }: Progress) =>
    rows.some(({ id, status }) => id === 'image' && status === 'applying');
  await lab.until(handle, 'building', isBuilding, 300);
  mirror.isDown = true;
  const row = await lab.parked(handle, 300);
  expect(row.id).toBe('image');
  const logPath = expect.stringContaining('/jobs/') as string;
  expect(row.failure).toMatchObject({ code: 'Rejected', logPath });
  mirror.isDown = false;
  await lab.resolve(handle, { row: row.id, occurrence: row.occurrence, action: 'retry' });
  await lab.until(handle, 'goes on', ({ phase }) => phase !== 'needs-operator');
}

// 30 crashes, each up to 10 s of heartbeat and a start of the worker: five minutes alone, more beside others.
test(
  'an install whose worker is killed in every row, and whose package source goes down, ends as an undisturbed one',
  { timeout: 1_200_000 },
  async () => {
    const rows = (await lab.plan(killed)).rows.filter(({ changes }) => changes).map(({ id }) => id);
    expect(rows).toEqual(expect.arrayContaining([...commandRows]));
    // Each row once, before or after its change in turn; each command also while its process lives.
    const plans = [
      ...rows.map((row, index) => `${row}.${index % 2 === 0 ? 'after' : 'before'}`),
      ...commandRows.map((row) => `${row}.during`),
    ];
    let undisturbed: string[] | null = null;
    let open = plans;
    for (let round = 1; open.length > 0; round += 1) {
      if (round > 1) await lab.destroy(killed.name);
      const drama = round === 1 ? sourceGoesDown : undefined;
      const { progress, crashes } = await installThroughCrashes(lab, killed, open, drama);
      expect(progress.phase).toBe('done');
      // After the first: the killed install is the one that builds the image.
      undisturbed ??= await undisturbedState();
      expect(await stateOf(killed)).toEqual(undisturbed);
      expect(overlapsOf(await journalIntervals(killed.name))).toEqual([]);
      // A job of a quarter second can slip past the watch of a busy machine: its moment gets another install.
      open = open.filter((moment) => !crashes.includes(moment));
      if (round === 3) expect(open).toEqual([]);
    }
    expect((await lab.drift(killed.name)).result).toBe('same');
  },
);
