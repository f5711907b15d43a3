// SPDX-License-Identifier: Apache-2.0
// The way of every operation: start or attach, watch, show the end, choose the exit code.
import type { Report } from '../../workflows/contracts/run/progress.ts';
import type { CommandContext, Options } from '../command.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { isObserving } from '../../workflows/operations/index.ts';
import { withRunningTemporal, withTemporal, type OpenTemporal } from '../local/open-temporal.ts';
import type { Outcome } from './outcome.ts';
import { typed } from '../terminal/settings.ts';
import { attachOnly, startOrAttach, type OperationRequest } from './start-or-attach.ts';
import type { ReadyTemporal } from '../temporal/temporal-client.ts';
import { paintFor } from '../terminal/paint.ts';
import { rendererFor } from '../views/live/choose-renderer.ts';
import { reportHasChanges, reportLines } from '../views/text/report-text.ts';
import { canaryLines } from '../views/text/canary-text.ts';
import { watchRun } from './watch-run.ts';
import type { WatchedRun } from './watched-run.ts';
import { isForPrograms, writeRecord } from '../terminal/output-format.ts';

/** What a command does once its run ended well. */
export type AfterDone = (ready: ReadyTemporal) => Promise<void>;

/** Returns the exit code. @throws CliError */
export function runOperation(
  context: CommandContext,
  options: Options,
  request: OperationRequest,
  afterDone?: AfterDone,
): Promise<number> {
  const isAttach = options['attach'] === true;
  // To watch what is there nothing has to be started.
  return (isAttach ? withRunningTemporal : withTemporal)(context, async (open) => {
    const run = isAttach
      ? await attachOnly(open.client, request.operation, request.subject)
      : await startOrAttach(context, open.client, request);
    if (options['detach'] === true) return detached(context, options, run);
    return watchToEnd(context, options, open, run, afterDone);
  });
}

/** Watches a run and prints what it leaves: its report, or where everything is. */
export async function watchToEnd(
  context: CommandContext,
  options: Options,
  open: OpenTemporal,
  run: WatchedRun,
  afterDone?: AfterDone,
): Promise<number> {
  const { io } = context;
  const outcome = await watchRun(context, open, run, rendererFor(io, options, isObserving(run.type)));
  if (!isForPrograms(options)) {
    if (outcome.report !== undefined) printReport(context, options, outcome.report);
    else if (outcome.canaryRun !== undefined)
      for (const line of canaryLines(outcome.canaryRun)) io.stdout.write(`${line}\n`);
    else if (outcome.kind === 'done') await afterDone?.(open.ready);
  }
  return exitCodeOf(outcome, options);
}

function exitCodeOf({ exitCode, report }: Outcome, options: Options): number {
  if (report === undefined || exitCode !== exitCodes.done.code) return exitCode;
  // Of a step that could not be observed nothing is known; a plan says what it can before anything is there.
  const isPlan = report.operation.startsWith('plan');
  const hasUnknown = !isPlan && report.steps.some(({ verdict }) => verdict === 'failed');
  // A condition that is not met would end an install before it changes anything: no run mends it.
  const hasUnmet =
    (isPlan || report.operation === 'drift') &&
    report.steps.some((step) => step.verdict === 'differs' && !step.changes);
  if (report.result === 'busy' || hasUnknown || hasUnmet) return exitCodes.failed.code;
  return options['exitCode'] === true && reportHasChanges(report) ? exitCodes.changes.code : exitCode;
}

function printReport({ io }: CommandContext, options: Options, report: Report): void {
  for (const line of reportLines(report, paintFor(io, io.stdout, options))) io.stdout.write(`${line}\n`);
}

function detached({ io }: CommandContext, options: Options, { id, runId, type, how }: WatchedRun): number {
  const exitCode = exitCodes.running.code;
  const next = `holdfast op watch ${id}`;
  if (isForPrograms(options)) {
    const data = { id, runId, workflow: type, exitCode, nextCommand: next };
    writeRecord(io, options, 'result', how, data);
  } else {
    io.stderr.write(`${id} ${how}; watch it with: ${typed(io, next)}\n`);
    io.stdout.write(`${id}\n`);
  }
  return exitCode;
}
