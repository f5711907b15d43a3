// SPDX-License-Identifier: Apache-2.0
// Makes the workflow of a list of operations: compile, then run, report or measure. Knows no operation in particular.
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
  workflowInfo,
} from '@temporalio/workflow';
import { type RawValue, rawValueTypeInfo } from '@temporalio/common';
import type { StepFailure } from '../contracts/run/errors.ts';
import { failureText } from '../contracts/run/failed-result.ts';
import {
  queries,
  reportActivityId,
  updates,
  type Compiled,
  type Reported,
} from '../contracts/run/messages.ts';
import type { MeasuredRun, Measurement } from '../contracts/run/measurement.ts';
import type { Operation } from '../contracts/run/operation.ts';
import type { Progress, Report } from '../contracts/run/progress.ts';
import { refusalOf, type ResolveStep } from '../contracts/run/resolve-step.ts';
import type { EngineRules } from '../ports/run/engine.ts';
import type { RawPayload } from '../ports/run/operation.ts';
import { EventSerializer } from './event-serializer.ts';
import { measure } from './measure.ts';
import { endReport, reportOn } from './report.ts';
import { TableRun } from './run-table.ts';
import { ProgressPublisher, showMeasurement } from './progress-publisher.ts';
import { orderedPorts, temporalPorts } from './temporal-ports.ts';

type OperationWorkflow = (...payloads: RawValue[]) => Promise<unknown>;
type Payloads = readonly RawValue[];

const progressQuery = defineQuery<Progress | null>(queries.progress);
const resolveUpdate = defineUpdate<Progress, [ResolveStep]>(updates.resolveStep);

/**
 * The workflow of every operation of the list. A type that is not in it fails the task, not the run: a run that a newer
 * release began waits for a worker of that release.
 */
export function operationWorkflow(operations: readonly Operation[]): OperationWorkflow {
  return rawInput((payloads) => {
    const { workflowType } = workflowInfo();
    const operation = operations.find(({ type }) => type === workflowType);
    if (operation === undefined) throw new Error(`This release has no operation ${workflowType}`);
    return bodies[operation.acts](operation.slug, payloads);
  });
}

const bodies = { changes: change, observes: observe, measures: takeMeasure } as const satisfies Record<
  Operation['acts'],
  (slug: string, payloads: Payloads) => Promise<unknown>
>;

/** Fails as the table fails, resolves with its last progress. */
async function change(slug: string, payloads: Payloads): Promise<Progress> {
  const { publisher, ports } = stage();
  let run: TableRun | null = null;
  setHandler(progressQuery, () => run?.progress() ?? null);
  setHandler(resolveUpdate, (answer) => required(run).resolve(answer), {
    validator: (answer) => {
      const refusal =
        run === null ? 'The run has no table yet' : refusalOf(answer, run.progress().steps, ports.now());
      if (refusal !== null)
        throw ApplicationFailure.create({ message: refusal, type: 'InvalidInput', nonRetryable: true });
    },
  });
  const rules: EngineRules = {
    waitsFor: patched(behindAncestors) ? 'ancestors' : 'parents',
    silentChange: patched(silentChanges) ? 'lasts' : 'ends-with-observation',
  };
  const { table, nonce } = await compile(slug, payloads);
  run = new TableRun(table, ports, nonce, rules);
  const finished = await required(run).run();
  publisher.flush();
  return end(finished);
}

/** Ends with a result, whatever it saw. */
async function observe(slug: string, payloads: Payloads): Promise<Report> {
  return patched(inOneActivity) ? observeAtOnce(slug, payloads) : observeStepByStep(slug, payloads);
}

async function observeAtOnce(slug: string, payloads: Payloads): Promise<Report> {
  const publisher = new ProgressPublisher();
  const ports = temporalPorts(CancellationScope.current(), publisher.publish.bind(publisher));
  const reported = (await ports
    .activity({
      id: reportActivityId,
      call: { activity: 'report', args: { operation: slug, payloads: encoded(payloads) } },
      context: null,
      profile: 'command',
      summary: 'look at every step',
      cancellable: true,
    })
    .catch(withoutWrapper)) as Reported;
  const { report, progress } = await endReport(reported, ports);
  ports.publish(progress);
  publisher.flush();
  return report;
}

async function observeStepByStep(slug: string, payloads: Payloads): Promise<Report> {
  const { publisher, ports } = stage();
  const { table, nonce } = await compile(slug, payloads);
  const order = patched(looksInPool) ? 'pool' : 'slots';
  const { report, progress } = await reportOn(table, ports, nonce, order).catch(withoutWrapper);
  ports.publish(progress);
  publisher.flush();
  return report;
}

/** Parks and fails for nothing: a bad result is a result, and the search attributes of the run say so. */
async function takeMeasure(slug: string, payloads: Payloads): Promise<MeasuredRun<Measurement>> {
  const { publisher, ports } = stage();
  let latest: Progress | null = null;
  const publish = (progress: Progress): void => ports.publish((latest = progress));
  setHandler(progressQuery, () => latest);
  const { table, nonce } = await compile(slug, payloads);
  const measured = await measure(table, { ...ports, publish }, nonce);
  showMeasurement(measured);
  publisher.flush();
  return measured;
}

/** Runs that began before it keep the order in which their worker received the events. */
const oneAtATime = 'one-event-at-a-time';

/** Reports that began before it look by an activity for each step. */
const inOneActivity = 'report-in-one-activity';

/** Reports that began before it let their looks wait for slots by turns. */
const looksInPool = 'looks-in-a-pool';

/** Runs that began before it let a step begin once its parents are done, whatever became of what those stand on. */
const behindAncestors = 'behind-ancestors';

/** Runs that began before it forget the silence of a change at the next observation. */
const silentChanges = 'silent-changes';

function stage() {
  const publisher = new ProgressPublisher();
  const scope = CancellationScope.current();
  const publish = publisher.publish.bind(publisher);
  if (!patched(oneAtATime)) {
    void publisher.run().catch(() => undefined);
    return { publisher, ports: temporalPorts(scope, publish) };
  }
  // Shown to the very end, also of a run that is being cancelled: what is not shown lets nothing in.
  void CancellationScope.nonCancellable(() => publisher.run());
  return { publisher, ports: orderedPorts(scope, publish, new EventSerializer(() => publisher.isQuiet())) };
}

/**
 * Takes the payloads raw, so that no input can fail the workflow task; `compile` decodes and refuses.
 * @source 16: more than anyone starts a workflow with by hand.
 */
function rawInput(body: (payloads: Payloads) => Promise<unknown>): OperationWorkflow {
  const workflow: OperationWorkflow = async (...payloads) => body(payloads);
  const inputTypes = Array.from({ length: 16 }, () => rawValueTypeInfo);
  defineWorkflowOptions(workflow, { staticOptions: { typeInfo: { inputTypes } } });
  return workflow;
}

async function compile(operation: string, payloads: Payloads): Promise<Compiled> {
  const ports = temporalPorts(CancellationScope.current(), () => undefined);
  try {
    return (await ports.activity({
      id: 'compile/1',
      call: { activity: 'compile', args: { operation, payloads: encoded(payloads) } },
      context: null,
      profile: 'look',
      summary: 'compile the table of steps',
      cancellable: true,
    })) as Compiled;
  } catch (error) {
    return withoutWrapper(error);
  }
}

function encoded(payloads: Payloads): RawPayload[] {
  return payloads.map(({ payload }) => ({
    encoding: text(payload.metadata?.['encoding']),
    data: Array.from(payload.data ?? []),
  }));
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
  const failure = progress.failure as StepFailure;
  if (progress.phase === 'cancelled') throw new CancelledFailure(failure.message, [progress]);
  const error = ApplicationFailure.create({
    message: failureText(failure),
    type: failure.code,
    nonRetryable: true,
    details: [progress],
  });
  // Its frames are those of this file, whatever failed.
  error.stack = '';
  throw error;
}

function required(run: TableRun | null): TableRun {
  if (run === null) throw new Error('The run has no table yet');
  return run;
}
