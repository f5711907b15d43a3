// SPDX-License-Identifier: Apache-2.0
// The record of a drill: when and why it began, how long each part took, and all of them. Looks at no clock but this machine's.
import {
  drillText,
  type DrillBeginning,
  type DrillRecordArgs,
  type DrillResult,
  type PartResult,
} from '../../../workflows/contracts/authority/drill.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { DrillRequest } from '../../../workflows/ports/authority/drill.ts';
import { DrillRecords } from '../../clients/ca/drill-records.ts';
import { Failure } from '../../clients/failure.ts';

/** @throws Failure PreconditionFailed for a drill that was begun with another next intermediate */
export async function beginningDifferences(state: string, request: DrillRequest): Promise<Difference[]> {
  const records = new DrillRecords(state, request);
  const begun = await records.beginning();
  const what = `drill of intermediate ${request.generation}`;
  if (begun === null) return [{ what, have: 'none', want: 'begun' }];
  requireSame(records.folder, begun, request);
  return [];
}

export async function beginDrill(state: string, request: DrillRequest): Promise<string> {
  const records = new DrillRecords(state, request);
  await records.offerBeginning({ ...request, begunAt: new Date().toISOString() });
  const begun = await records.requireBeginning();
  requireSame(records.folder, begun, request);
  return `at ${begun.begunAt}`;
}

/** Boxes may come and go between two runs of one drill. */
function requireSame(on: string, begun: DrillBeginning, request: DrillRequest): void {
  if (begun.next === request.next && begun.serial === request.serial) return;
  throw new Failure('PreconditionFailed', `The drill was begun for intermediate ${begun.next}`, {
    on,
    hint: `Record the spec of generation ${begun.next} again: holdfast ca record FILE; then start again`,
  });
}

export async function recordDifferences(state: string, args: DrillRecordArgs): Promise<Difference[]> {
  if ((await new DrillRecords(state, args).result()) !== null) return [];
  return [{ what: 'times of the drill', have: 'none', want: 'recorded' }];
}

export async function recordDrill(state: string, args: DrillRecordArgs): Promise<string> {
  const records = new DrillRecords(state, args);
  const { why: _, ...begun } = await records.requireBeginning();
  const parts = await Promise.all(args.parts.map((part) => resultOf(records, part)));
  const endedAt = new Date().toISOString();
  const result: DrillResult = { ...begun, endedAt, seconds: secondsBetween(begun.begunAt, endedAt), parts };
  await records.offerResult(result);
  return drillText((await records.result()) ?? result);
}

async function resultOf(records: DrillRecords, part: string): Promise<PartResult> {
  const times = await records.part(part);
  if (times?.endedAt == null) return { part, run: null, seconds: 0 };
  return { part, run: times.id, seconds: secondsBetween(times.startedAt, times.endedAt) };
}

const secondsBetween = (from: string, to: string): number =>
  Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
