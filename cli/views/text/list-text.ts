// SPDX-License-Identifier: Apache-2.0
// Runs as a list, from what Temporal keeps of them without a worker. Asks nothing.
import { isObserving } from '../../../workflows/operations/index.ts';
import type { RunDescription } from '../../temporal/temporal-client.ts';
import { shownRun } from '../../runs/named-run.ts';
import { aligned } from '../../terminal/columns.ts';
import { spanText } from '../../terminal/duration.ts';
import { agoText } from '../../terminal/time-text.ts';
import { oneLine } from './failure-text.ts';
import type { Paint } from '../../terminal/paint.ts';

export interface ListedRun {
  readonly id: string;
  readonly runId: string;
  readonly phase: string;
  readonly startedAt: string;
  readonly closedAt?: string;
  readonly step?: string;
  readonly cause?: string;
  readonly nextCommand?: string;
}

export function listedRun(run: RunDescription): ListedRun {
  const { id, runId, status, startedAt, closedAt, memo } = run;
  const isOpen = status === 'running';
  const ended = status === 'completed' ? verdictOf(run) : status;
  const isGood = ended === 'done';
  return {
    id,
    runId,
    startedAt,
    phase: isOpen
      ? (memo?.phase ?? (isObserving(run.type) ? 'running' : 'compiling'))
      : ended === 'failed' && memo?.phase === 'aborted'
        ? 'aborted'
        : ended,
    ...(closedAt !== undefined && { closedAt }),
    ...(memo?.step !== undefined && !isGood && { step: memo.step }),
    ...(memo?.cause !== undefined && !isGood && { cause: memo.cause }),
    ...(memo?.nextCommand !== undefined && isOpen && { nextCommand: memo.nextCommand }),
  };
}

/** A run that measures or observes completes whatever it saw: what it saw is the verdict. */
function verdictOf({ type, memo }: RunDescription): string {
  if (memo === undefined) return 'done';
  if (memo.phase === 'failed') return 'bad';
  return isObserving(type) && Object.values(memo.steps).includes('stopped') ? 'differs' : 'done';
}

export interface ListColumns {
  /** The start of each run id: an id has many runs. */
  readonly withRuns: boolean;
  /** ISO instants of start and end in place of how long ago. */
  readonly withInstants: boolean;
}

/** A line a run, and under a run that needs a person the cause and the next command. */
export function listLines(
  runs: readonly ListedRun[],
  now: number,
  paint: Paint,
  { withRuns, withInstants }: ListColumns,
): string[] {
  const cells = runs.map(({ id, runId, phase, startedAt, closedAt, step }) => [
    id,
    ...(withRuns ? [shownRun(runId)] : []),
    phase,
    withInstants ? startedAt : agoText(startedAt, now),
    ...(withInstants ? [closedAt ?? ''] : []),
    spanText(startedAt, closedAt, now),
    step ?? '',
  ]);
  const [head = '', ...lines] = aligned([
    [
      'ID',
      ...(withRuns ? ['RUN'] : []),
      'PHASE',
      'STARTED',
      ...(withInstants ? ['ENDED'] : []),
      'TOOK',
      'STEP',
    ],
    ...cells,
  ]);
  const body = runs.flatMap(({ phase, cause, nextCommand }, index) => [
    paint(phase === 'needs-operator' || phase === 'bad' ? 'red' : 'plain', lines[index] ?? ''),
    ...(cause === undefined ? [] : [`  cause  ${oneLine(cause)}`]),
    ...(nextCommand === undefined ? [] : [`  next   ${nextCommand}`]),
  ]);
  return [paint('dim', head), ...body];
}
