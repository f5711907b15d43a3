// SPDX-License-Identifier: Apache-2.0
// Turns an operation's name into a workflow: compile, then run or report. Knows no operation in particular.
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  defineQuery,
  defineUpdate,
  defineWorkflowOptions,
  patched,
  setHandler,
} from '@temporalio/workflow';
import { type RawValue, rawValueTypeInfo } from '@temporalio/common';
import type { RowFailure } from '../contracts/run/errors.ts';
import { queries, updates, type Compiled } from '../contracts/run/messages.ts';
import type { MeasuredRun, Measurement } from '../contracts/run/measurement.ts';
import type { Progress, Report } from '../contracts/run/progress.ts';
import { refusalOf, type ResolveStep } from '../contracts/run/resolve-step.ts';
import { Admission } from './admission.ts';
import { measure } from './measure.ts';
import { reportOn } from './report.ts';
import { TableRun } from './run-table.ts';
import { Showcase } from './show.ts';
import { orderedPorts, temporalPorts } from './temporal-ports.ts';

export type OperationWorkflow<Result> = (...payloads: RawValue[]) => Promise<Result>;

const progressQuery = defineQuery<Progress | null>(queries.progress);
const resolveUpdate = defineUpdate<Progress, [ResolveStep]>(updates.resolveStep);

/** A workflow that changes the world by the table of `operation`; fails as the table fails, resolves with its last progress. */
export function mutatingOperation(operation: string): OperationWorkflow<Progress> {
  return rawInput(async (payloads) => {
    const { showcase, ports } = stage();
    let run: TableRun | null = null;
    setHandler(progressQuery, () => run?.progress() ?? null);
    setHandler(resolveUpdate, (answer) => required(run).resolve(answer), {
      validator: (answer) => {
        const refusal = run === null ? 'The run has no table yet' : refusalOf(answer, run.progress().rows);
        if (refusal !== null)
          throw ApplicationFailure.create({ message: refusal, type: 'InvalidInput', nonRetryable: true });
      },
    });
    const { table, nonce } = await compile(operation, payloads);
    run = new TableRun(table, ports, nonce);
    const finished = await required(run).run();
    showcase.flush();
    return end(finished);
  });
}

/** A workflow that only looks: plan and drift. It ends with a result, whatever it saw. */
export function observingOperation(operation: string): OperationWorkflow<Report> {
  return rawInput(async (payloads) => {
    const { showcase, ports } = stage();
    const { table, nonce } = await compile(operation, payloads);
    const order = patched(looksInPool) ? 'pool' : 'slots';
    const { report, progress } = await reportOn(table, ports, nonce, order).catch(withoutWrapper);
    ports.publish(progress);
    showcase.flush();
    return report;
  });
}

/** A workflow that does each row of its table once and measures; it parks and fails for nothing, a bad result is a result. */
export function measuringOperation<M extends Measurement>(
  operation: string,
  tell: (measured: M) => void,
): OperationWorkflow<MeasuredRun<M>> {
  return rawInput(async (payloads) => {
    const { showcase, ports } = stage();
    let latest: Progress | null = null;
    const publish = (progress: Progress): void => ports.publish((latest = progress));
    setHandler(progressQuery, () => latest);
    const { table, nonce } = await compile(operation, payloads);
    const measured = await measure<M>(table, { ...ports, publish }, nonce);
    tell(measured);
    showcase.flush();
    return measured;
  });
}

/** Runs that began before it keep the order in which their worker was told. */
const oneAtATime = 'one-event-at-a-time';

/** Reports that began before it let their looks wait for slots by turns. */
const looksInPool = 'looks-in-a-pool';

function stage() {
  const showcase = new Showcase();
  const scope = CancellationScope.current();
  const publish = showcase.publish.bind(showcase);
  if (!patched(oneAtATime)) {
    void showcase.run().catch(() => undefined);
    return { showcase, ports: temporalPorts(scope, publish) };
  }
  // Shown to the very end, also of a run that is being cancelled: what is not shown lets nothing in.
  void CancellationScope.nonCancellable(() => showcase.run());
  return { showcase, ports: orderedPorts(scope, publish, new Admission(() => showcase.isQuiet())) };
}

/**
 * Takes the payloads raw, so that no input can fail the workflow task; `compile` decodes and refuses.
 * @source 16: more than anyone starts a workflow with by hand.
 */
function rawInput<Result>(
  body: (payloads: readonly RawValue[]) => Promise<Result>,
): OperationWorkflow<Result> {
  const workflow: OperationWorkflow<Result> = async (...payloads) => body(payloads);
  const inputTypes = Array.from({ length: 16 }, () => rawValueTypeInfo);
  defineWorkflowOptions(workflow, { staticOptions: { typeInfo: { inputTypes } } });
  return workflow;
}

async function compile(operation: string, payloads: readonly RawValue[]): Promise<Compiled> {
  const encoded = payloads.map(({ payload }) => ({
    encoding: text(payload.metadata?.['encoding']),
    data: Array.from(payload.data ?? []),
  }));
  const ports = temporalPorts(CancellationScope.current(), () => undefined);
  try {
    return (await ports.activity({
      id: 'compile/1',
      call: { activity: 'compile', args: { operation, payloads: encoded } },
      context: null,
      profile: 'look',
      summary: 'compile the table of rows',
      cancellable: true,
    })) as Compiled;
  } catch (error) {
    return withoutWrapper(error);
  }
}

/** What an activity refuses is the run's failure. @throws the activity's own failure, any other error as it is */
function withoutWrapper(error: unknown): never {
  if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) throw error.cause;
  throw error;
}

function text(bytes: Uint8Array | null | undefined): string {
  return Array.from(bytes ?? [], (byte) => String.fromCharCode(byte)).join('');
}

function end(progress: Progress): Progress {
  if (progress.phase === 'done') return progress;
  const failure = progress.failure as RowFailure;
  if (progress.phase === 'cancelled') throw new CancelledFailure(failure.message, [progress]);
  throw ApplicationFailure.create({
    message: failure.message,
    type: failure.code,
    nonRetryable: true,
    details: [progress],
  });
}

function required(run: TableRun | null): TableRun {
  if (run === null) throw new Error('The run has no table yet');
  return run;
}
