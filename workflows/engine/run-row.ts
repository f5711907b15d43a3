// SPDX-License-Identifier: Apache-2.0
// Carries one row from pending to an end: look, apply, look again, another occurrence. Never looks at other rows' order.
import { errorKinds, type RowFailure } from '../contracts/run/errors.ts';
import type { Observed } from '../contracts/run/observation.ts';
import type { EnginePorts } from '../ports/engine.ts';
import { backoffSeconds, silenceLimit } from './activity-profiles.ts';
import { differencesText } from './differences-text.ts';
import { closedGate } from './gate.ts';
import { openRequest } from './question.ts';
import type { RowActivities } from './row-activities.ts';
import type { RowState, TableState } from './table-state.ts';

export interface RowRun {
  readonly state: TableState;
  readonly ports: EnginePorts;
  readonly activities: RowActivities;
  /** True once no further activity but stop may begin. */
  isEnding(): boolean;
}

/** Runs one occurrence after another until the row is done, awaiting, parked, failed, stopped, or pending behind an ancestor. */
export async function runRow(run: RowRun, row: RowState): Promise<void> {
  row.startedAt = run.ports.now();
  delete row.endedAt;
  for (;;) {
    row.occurrence += 1;
    row.tries += 1;
    const failure = await runOccurrence(run, row);
    if (failure === null) return;
    if (run.isEnding()) {
      // Its activity was ended with it, or the batch after the last was refused.
      const isRefused = row.row.cancel === 'batch' && failure.code === 'Conflict';
      const isOurs = failure.code === 'Invariant' || isRefused;
      return finish(run, row, 'stopped', isOurs ? endedEarly(row) : failure);
    }
    if (isAwaited(row, failure)) return awaitPerson(run, row, failure);
    if (isSilentForTooLong(run, row, failure)) return giveUp(run, row, failure);
    if (isSilence(failure) && row.silences < silenceLimit) {
      row.tries -= 1;
      row.silences += 1;
      await pause(run, row, failure, Math.min(30, 2 * row.silences));
      row.lookBack = true;
      return set(run, row, run.isEnding() ? 'stopped' : 'pending');
    }
    row.silences = 0;
    const mayTryAgain = errorKinds[failure.code].again !== 'never' && row.row.apply !== null;
    if (!mayTryAgain || row.tries >= row.row.tries) return giveUp(run, row, failure);
    await pause(run, row, failure, backoffSeconds(row.tries));
    if (run.isEnding()) return finish(run, row, 'stopped', failure);
  }
}

/** Returns the failure of this occurrence, or null when the row is done. */
async function runOccurrence(run: RowRun, row: RowState): Promise<RowFailure | null> {
  set(run, row, 'observing');
  const before = await run.activities.observe(row, 'observe');
  if (before.verdict === 'failed') return before.failure;
  delete row.silentSince;
  row.differences = before.count;
  if (before.verdict === 'same') return done(run, row, 'same');
  const request = openRequest(row, before);
  if (request !== null) return request;
  if (row.row.apply === null) return notMet(row, before);
  if (run.isEnding()) return endedEarly(row);

  const closed = closedGate(row, before, run.ports.now(), run.state.table.requestedBy);
  if (closed !== null) return closed;
  set(run, row, 'applying');
  const applied = await run.activities.apply(row);
  if (applied.outcome === 'failed') return applied.failure;
  if (applied.detail !== undefined) row.detail = applied.detail;
  if (run.isEnding()) return endedEarly(row);

  set(run, row, 'verifying');
  const after = await run.activities.observe(row, 'verify');
  if (after.verdict === 'failed') return after.failure;
  return after.verdict === 'same' ? done(run, row, 'changed') : disagrees(row, after);
}

/** A host that is silent when such a step is observed is a person's to bring back as well. */
function isAwaited({ row, status }: RowState, { code }: RowFailure): boolean {
  if (row.awaits === undefined) return false;
  return code === 'NeedsOperator' || (code === 'Unreachable' && status === 'observing');
}

/** No failure of the step: no try is counted. */
function awaitPerson(run: RowRun, row: RowState, failure: RowFailure): void {
  row.tries -= 1;
  row.silences = 0;
  delete row.silentSince;
  row.failure = failure;
  set(run, row, 'awaiting');
}

/** A host that stays silent holds up the lease that its repair needs; a command that was lost is another matter. */
function isSilentForTooLong(run: RowRun, row: RowState, failure: RowFailure): boolean {
  if (failure.code !== 'Unreachable' || failure.lost === true) return false;
  row.silentSince ??= run.ports.now();
  const limit = run.state.table.unreachableSeconds;
  return limit !== undefined && run.ports.now() - row.silentSince >= limit * 1000;
}

function giveUp(run: RowRun, row: RowState, failure: RowFailure): void {
  const waits = failure.code === 'NeedsApproval' || failure.code === 'NeedsOperator';
  const parks = row.row.onFailure === 'park' || waits;
  finish(run, row, parks ? 'parked' : 'failed', failure);
}

function isSilence(failure: RowFailure): boolean {
  return failure.lost === true || errorKinds[failure.code].again === 'free';
}

async function pause(run: RowRun, row: RowState, failure: RowFailure, seconds: number): Promise<void> {
  row.failure = failure;
  set(run, row, 'waiting');
  await run.ports.sleep(seconds, `${row.row.id}: next try`);
}

function set(run: RowRun, row: RowState, status: RowState['status']): void {
  row.status = status;
  run.state.touch();
}

function done(run: RowRun, row: RowState, status: 'same' | 'changed'): null {
  // A row that was changed in this run stays `changed` when it is only looked at again.
  row.status = status === 'same' && row.begun['apply'] !== undefined ? 'changed' : status;
  row.endedAt = run.ports.now();
  row.silences = 0;
  delete row.failure;
  delete row.isUnderApproval;
  run.state.touch();
  return null;
}

function finish(
  run: RowRun,
  row: RowState,
  status: 'parked' | 'failed' | 'stopped',
  failure: RowFailure,
): void {
  row.failure = failure;
  row.endedAt = run.ports.now();
  delete row.silentSince;
  set(run, row, status);
}

function notMet(row: RowState, observed: Observed): RowFailure {
  return {
    code: 'PreconditionFailed',
    message: `${row.row.title}: ${observed.count} not met`,
    on: row.row.id,
    cause: differencesText(observed),
    hint: errorKinds.PreconditionFailed.hint,
  };
}

function disagrees(row: RowState, observed: Observed): RowFailure {
  return {
    code: 'VerifyFailed',
    message: `${row.row.title}: still ${observed.count} different after the change and ${row.row.settleSeconds} s`,
    on: row.row.id,
    cause: differencesText(observed),
    hint: errorKinds.VerifyFailed.hint,
  };
}

function endedEarly(row: RowState): RowFailure {
  return {
    code: 'Cancelled',
    message: `${row.row.title}: ended before it was done`,
    on: row.row.id,
    hint: errorKinds.Cancelled.hint,
  };
}
