// SPDX-License-Identifier: Apache-2.0
// Carries out the one row of a table that measures: looks whether it can begin, measures, tells a person of a bad end.
import type { RowFailure } from '../contracts/run/errors.ts';
import type { MeasuredRun, Measurement } from '../contracts/run/measurement.ts';
import type { CompiledTable } from '../contracts/run/table.ts';
import type { EnginePorts } from '../ports/engine.ts';
import { Notifier } from './notifier.ts';
import { RowActivities, unexpected } from './row-activities.ts';
import { TableState, type RowState } from './table-state.ts';

/**
 * Resolves whatever was measured: a schedule that ended with an error would say nothing of what it saw. Rejects only
 * when the run is cancelled: the activity clears away what it made.
 */
export async function measure<M extends Measurement>(
  table: CompiledTable,
  ports: EnginePorts,
  nonce: string,
): Promise<MeasuredRun<M>> {
  const state = new TableState(table, ports.now(), ports.workflowId, (progress) => ports.publish(progress));
  const [row] = state.rows;
  if (row === undefined || table.rows.length > 1) throw new Error('A table that measures has one row');
  const measured = await taken<M>(state, row, ports, nonce);
  const isBad = measured.result === 'bad';
  row.status = isBad ? 'failed' : 'changed';
  row.endedAt = ports.now();
  state.endedAt = ports.now();
  state.phase = isBad ? 'failed' : 'done';
  if (measured.failure !== undefined) {
    row.failure = measured.failure;
    state.failure = measured.failure;
    const where = measured.failedPhase === undefined ? row.row.id : `phase ${measured.failedPhase}`;
    await new Notifier(state, ports).measuredBad(row.row.id, measured.failure, where);
  }
  const progress = state.progress();
  ports.publish({ ...progress, needsHuman: isBad });
  const { operation, subject, inputDigest } = table;
  const { notification } = progress;
  return {
    ...measured,
    operation,
    subject,
    inputDigest,
    ...(notification !== undefined && { notification }),
  };
}

async function taken<M extends Measurement>(
  state: TableState,
  row: RowState,
  ports: EnginePorts,
  nonce: string,
): Promise<M> {
  const activities = new RowActivities(state, ports, { nonce, epoch: 0 });
  row.startedAt = ports.now();
  row.occurrence = 1;
  row.tries = 1;
  row.status = 'observing';
  state.touch();
  const observed = await activities.observe(row, 'observe');
  if (observed.verdict === 'failed') return unmeasured<M>(observed.failure);
  row.status = 'applying';
  state.touch();
  let isCancelled = false;
  void ports.cancelRequested.then(() => {
    isCancelled = true;
  });
  try {
    return (await activities.measure(row)) as M;
  } catch (error) {
    if (isCancelled) throw error;
    return unmeasured<M>(unexpected(row, error));
  }
}

/** A measurement that could not be taken is a bad one. */
function unmeasured<M extends Measurement>(failure: RowFailure): M {
  const bad: Measurement = { result: 'bad', seconds: 0, failure };
  return bad as M;
}
