// SPDX-License-Identifier: Apache-2.0
// Has another operation do a part of the drill, and waits for its end, for days if need be. Ends no run.
import type { DrillPartArgs, PartTimes } from '../../../workflows/contracts/authority/drill.ts';
import { DrillRecords } from '../../clients/ca/drill-records.ts';
import { Failure } from '../../clients/failure.ts';
import { Detached, pause, type StepScope } from '../../step-scope.ts';
import type { Runs, RunState } from './temporal-runs.ts';

/** Between two looks at the run, milliseconds: the part is as exact as that. */
const lookMilliseconds = 1000;

type Scope = Pick<StepScope, 'key' | 'signal' | 'tell'>;

/**
 * One run for each try of the step: an attempt after a lost worker finds the one that the attempt before started.
 * @throws Failure Rejected when the run ended otherwise than well; Cancelled when the drill is; Detached
 */
export async function followRun(
  state: string,
  { part, run, ...ref }: DrillPartArgs,
  { key, signal, tell }: Scope,
  runs: Runs,
): Promise<string> {
  const records = new DrillRecords(state, ref);
  const before = await records.part(part);
  const runId = before?.key === key ? before.runId : await runs.start(run);
  for (;;) {
    const seen = await runs.describe(run.id, runId);
    if (seen === null)
      throw new Failure('Rejected', `${run.id} is gone`, {
        on: run.id,
        hint: 'Temporal keeps no history of it any more; resolve the step with --retry',
      });
    await records.writePart(part, timesOf(key, run.id, seen));
    if (seen.status === 'COMPLETED') return `${run.id}: ${secondsOf(seen)} s`;
    if (seen.status !== 'RUNNING') throw ended(run.id, seen);
    tell(textOf(run.id, seen));
    if (await runs.isEnding()) throw left(run.id);
    await pause(lookMilliseconds);
    if (signal.aborted) throw new Detached();
  }
}

const timesOf = (key: string, id: string, { runId, startedAt, endedAt }: RunState): PartTimes => ({
  key,
  id,
  runId,
  startedAt,
  endedAt,
});

const secondsOf = ({ startedAt, endedAt }: RunState): number =>
  Math.round((Date.parse(endedAt ?? startedAt) - Date.parse(startedAt)) / 1000);

/** What a person who watches the drill has to do for the part. */
function textOf(id: string, { memo }: RunState): string {
  if (memo?.phase !== 'needs-operator') return `${id} ${memo?.phase ?? 'begins'}`;
  return `${id} waits for a person: ${memo.step ?? ''}; holdfast op show ${id}`;
}

const ended = (id: string, { status, memo }: RunState): Failure =>
  new Failure('Rejected', `${id} ended ${status.toLowerCase().replace('_', ' ')}`, {
    on: id,
    ...(memo?.cause !== undefined && { cause: memo.cause }),
    hint: `See why: holdfast op show ${id}; then resolve the step with --retry, which starts it again`,
  });

const left = (id: string): Failure =>
  new Failure('Cancelled', `The drill ends; ${id} goes on by itself`, {
    on: id,
    hint: `End it too: holdfast op cancel ${id}`,
  });
