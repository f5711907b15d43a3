// SPDX-License-Identifier: Apache-2.0
// Carries out the one step of a table that measures: looks whether it can begin, measures, tells a person of a bad end.
import type { StepFailure } from '../contracts/run/errors.ts';
import type { MeasuredRun, Measurement } from '../contracts/run/measurement.ts';
import type { CompiledTable } from '../contracts/run/table.ts';
import type { EnginePorts } from '../ports/run/engine.ts';
import { Notifier } from './notifier.ts';
import { StepActivities, unexpected } from './step-activities.ts';
import { TableState, type StepState } from './table-state.ts';

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
  const [step] = state.steps;
  if (step === undefined || table.steps.length > 1) throw new Error('A table that measures has one step');
  const measured = await taken<M>(state, step, ports, nonce);
  const isBad = measured.result === 'bad';
  step.status = isBad ? 'failed' : 'changed';
  step.endedAt = ports.now();
  state.endedAt = ports.now();
  state.phase = isBad ? 'failed' : 'done';
  if (measured.failure !== undefined) {
    step.failure = measured.failure;
    state.failure = measured.failure;
    const where = measured.failedPhase === undefined ? step.step.id : `phase ${measured.failedPhase}`;
    await new Notifier(state, ports).measuredBad(step.step.id, measured.failure, where);
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
  step: StepState,
  ports: EnginePorts,
  nonce: string,
): Promise<M> {
  const activities = new StepActivities(state, ports, { nonce, epoch: 0 });
  step.startedAt = ports.now();
  step.occurrence = 1;
  step.tries = 1;
  step.status = 'observing';
  state.touch();
  const observed = await activities.observe(step, 'observe');
  if (observed.verdict === 'failed') return unmeasured<M>(observed.failure);
  step.status = 'applying';
  state.touch();
  let isCancelled = false;
  void ports.cancelRequested.then(() => {
    isCancelled = true;
  });
  try {
    return (await activities.measure(step)) as M;
  } catch (error) {
    if (isCancelled) throw error;
    return unmeasured<M>(unexpected(step, error));
  }
}

/** A measurement that could not be taken is a bad one. */
function unmeasured<M extends Measurement>(failure: StepFailure): M {
  const bad: Measurement = { result: 'bad', seconds: 0, failure };
  return bad as M;
}
