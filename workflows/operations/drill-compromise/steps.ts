// SPDX-License-Identifier: Apache-2.0
// DrillCompromise as a table: a step for each run of another operation, and the times of all of them. Pure.
import type { DrillBeginning, DrillRef, PartEnd, PartRun } from '../../contracts/authority/drill.ts';
import { table, type StepOptions } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { effect } from '../../ports/index.ts';

export interface PlannedRun {
  readonly run: PartRun;
  readonly end: PartEnd;
}

export interface DrillPlan {
  readonly begin: Omit<DrillBeginning, 'begunAt'>;
  readonly revoke: PlannedRun;
  readonly issue: PlannedRun;
  /** Null where no intermediate serves, so that no box has a certificate of it. */
  readonly activate: PlannedRun | null;
  /** By the names of the boxes. */
  readonly boxes: Readonly<Record<string, PlannedRun>>;
}

export function drillCompromiseSteps(plan: DrillPlan): CompiledStep[] {
  const { authority, generation, next } = plan.begin;
  const ref: DrillRef = { authority, generation };
  const { activate } = plan;
  const last = activate === null ? 'issued' : 'activated';
  const boxes = Object.entries(plan.boxes).map(([box, planned]): [string, StepOptions] => {
    const title = `Certificate of box ${box} issued by intermediate ${next}`;
    return [`box.${box}`, { ...part(ref, `box.${box}`, title, planned), after: [last], skippable: true }];
  });
  const steps: Record<string, StepOptions> = {
    begun: {
      title: 'Beginning recorded',
      hosts: [],
      ...effect('observeDrillBegun', 'beginDrill', plan.begin),
    },
    revoked: part(ref, 'revoked', `Intermediate ${generation} revoked`, plan.revoke),
    issued: part(ref, 'issued', `Intermediate ${next} issued`, plan.issue),
    ...(activate === null
      ? {}
      : { activated: part(ref, 'activated', `Intermediate ${next} issues leaves`, activate) }),
    ...Object.fromEntries(boxes),
  };
  const parts = Object.keys(steps).filter((id) => id !== 'begun');
  return table({
    ...steps,
    record: {
      title: 'Times recorded',
      after: boxes.length === 0 ? [last] : boxes.map(([id]) => id),
      hosts: [],
      ...effect('observeDrillRecorded', 'recordDrill', { ...ref, parts }),
    },
  });
}

/**
 * The run has a lease, a table and questions of its own, and goes on whatever becomes of the drill. So the step holds no lease
 * and has no host. One try: a run that ended otherwise than well is a person's to look at.
 */
const part = (ref: DrillRef, id: string, title: string, { run, end }: PlannedRun): StepOptions => ({
  title,
  tries: 1,
  profile: 'build',
  hosts: [],
  ...effect('observeDrillPart', 'runDrillPart', { ...ref, part: id, run, end }),
});
