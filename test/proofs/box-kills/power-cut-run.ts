// SPDX-License-Identifier: Apache-2.0
// One run whose box loses its power at a moment, and what has to hold afterwards whatever the run was.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';
import { leaseHold } from '../../../activities/hosts/lease.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import type { Progress, Report } from '../../../workflows/contracts/run/progress.ts';
import type { Lab } from '../../system/lab.ts';
import { powerCutLog, powerCutPlan } from '../../system/power-cut.ts';

/** How long a run may go on with a box that is off before it says so. */
const silenceSeconds = 60;
/** Of a look that had begun before: its own time limit. @source activity-profiles.ts, look and one more try */
const lookSeconds = 30;
/** Longest run of these tests with its box booted again, on a busy machine. */
const runSeconds = 420;

export type Begin = () => Promise<WorkflowHandle>;

export interface CutRun {
  readonly handle: WorkflowHandle;
  /** How it stands: its phase, `reported` for one that only looks, `refused` for one that failed and changed nothing. */
  readonly stands: string;
  readonly progress: Progress | null;
  /** The moments that came. */
  readonly cuts: readonly string[];
  /** From the last cut until it stood so. */
  readonly seconds: number;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Plans the cuts, begins the run and waits until it has ended or waits for a person. */
export async function runThroughPowerCuts(
  lab: Lab,
  begin: Begin,
  moments: readonly string[],
): Promise<CutRun> {
  const { stateDirectory } = lab;
  const plans = moments.map((moment) => powerCutPlan(stateDirectory, moment));
  await writeFile(powerCutLog(stateDirectory), '');
  for (const plan of plans) {
    await mkdir(dirname(plan), { recursive: true });
    await writeFile(plan, '');
  }
  const handle = await begin();
  const { stands, progress } = await standing(lab, handle);
  const now = Date.now();
  // A moment that never came would meet a later run.
  for (const plan of plans) await rm(plan, { force: true });
  const lines = (await readFile(powerCutLog(stateDirectory), 'utf8')).split('\n').filter(Boolean);
  const cuts = lines.map((line) => line.split(' '));
  const [cutAt] = cuts.at(-1) ?? [];
  return {
    handle,
    stands,
    progress,
    cuts: cuts.map(([, moment = '']) => moment),
    seconds: cutAt === undefined ? 0 : (now - Number(cutAt)) / 1000,
  };
}

/** How a run stands once it has ended or waits for a person. @throws Error when it does neither in time */
async function standing(lab: Lab, handle: WorkflowHandle): Promise<Pick<CutRun, 'stands' | 'progress'>> {
  const end: { result?: Progress | Report; failure?: unknown } = {};
  const ended = (handle.result() as Promise<Progress | Report>).then(
    (result) => (end.result = result),
    (failure: unknown) => (end.failure = failure ?? 'no reason'),
  );
  const deadline = Date.now() + runSeconds * 1000;
  while (Date.now() < deadline) {
    if (end.failure !== undefined) return failed(end.failure);
    if (end.result !== undefined)
      return 'phase' in end.result
        ? { stands: end.result.phase, progress: end.result }
        : { stands: 'reported', progress: null };
    const progress = await lab.progress(handle);
    if (progress?.phase === 'needs-operator') return { stands: progress.phase, progress };
    await Promise.race([ended, pause(300)]);
  }
  throw new Error(`Not over in ${runSeconds} s: ${JSON.stringify(await lab.progress(handle))}`);
}

/** A precondition that is not met ends a run before it changes anything. */
function failed(failure: unknown): Pick<CutRun, 'stands' | 'progress'> {
  const { cause } = failure as { cause?: { message?: string; details?: [Progress?] } };
  const progress = cause?.details?.[0] ?? null;
  const isUntouched = progress !== null && progress.steps.every(({ touched }) => touched !== true);
  return { stands: isUntouched ? 'refused' : `failed: ${cause?.message ?? String(failure)}`, progress };
}

/**
 * The run ended well or waits for a person within a minute of silence, and holds no lease. An install brings the box back.
 * What was waiting then goes on, and the box is as wanted.
 */
export async function judge(lab: Lab, spec: BoxSpec, { handle, stands, seconds }: CutRun): Promise<void> {
  expect(['done', 'reported', 'refused', 'needs-operator']).toContain(stands);
  if (stands === 'needs-operator') expect(seconds).toBeLessThan(silenceSeconds + lookSeconds);
  expect((await leaseHold(spec.name)).state).toBe('free');
  expect((await lab.install(spec)).phase).toBe('done');
  if (stands === 'needs-operator') expect(await answered(lab, handle)).toBe('done');
  expect((await lab.install(spec)).phase).toBe('done');
  const report = await lab.drift(spec.name);
  expect(report.steps.filter(({ verdict }) => verdict !== 'same')).toEqual([]);
}

/** Tries again what waits, until the run has ended. @throws Error when a step waits for the third time */
async function answered(lab: Lab, handle: WorkflowHandle): Promise<string> {
  for (let times = 0; times < 3; times += 1) {
    const { stands, progress } = await standing(lab, handle);
    if (stands !== 'needs-operator') return stands;
    for (const { id, occurrence, status } of progress?.steps ?? [])
      if (status === 'parked') await lab.resolve(handle, { step: id, occurrence, action: 'retry' });
    // The run takes the answers and is parked for a moment longer.
    await pause(2000);
  }
  throw new Error(`It waits again and again: ${JSON.stringify(await lab.progress(handle))}`);
}
