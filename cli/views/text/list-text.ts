// SPDX-License-Identifier: Apache-2.0
// Runs as a list, from what Temporal keeps of them without a worker. Asks nothing.
import type { RunDescription } from '../../temporal/temporal-client.ts';
import { aligned } from '../../terminal/columns.ts';
import { spanText } from '../../terminal/duration.ts';
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

export function listedRun({ id, runId, status, startedAt, closedAt, memo }: RunDescription): ListedRun {
  const isOpen = status === 'running';
  const ended = status === 'completed' ? 'done' : status;
  return {
    id,
    runId,
    startedAt,
    phase: isOpen
      ? (memo?.phase ?? 'compiling')
      : ended === 'failed' && memo?.phase === 'aborted'
        ? 'aborted'
        : ended,
    ...(closedAt !== undefined && { closedAt }),
    ...(memo?.step !== undefined && status !== 'completed' && { step: memo.step }),
    ...(memo?.cause !== undefined && status !== 'completed' && { cause: memo.cause }),
    ...(memo?.nextCommand !== undefined && isOpen && { nextCommand: memo.nextCommand }),
  };
}

/** A line a run, and under a run that needs a person the cause and the next command. */
export function listLines(runs: readonly ListedRun[], now: number, paint: Paint): string[] {
  const cells = runs.map(({ id, phase, startedAt, closedAt, step }) => [
    id,
    phase,
    startedAt.replace(/\.\d+Z$/, 'Z'),
    spanText(startedAt, closedAt, now),
    step ?? '',
  ]);
  const [head = '', ...lines] = aligned([['ID', 'PHASE', 'STARTED', 'TOOK', 'STEP'], ...cells]);
  const body = runs.flatMap(({ phase, cause, nextCommand }, index) => [
    paint(phase === 'needs-operator' ? 'red' : 'plain', lines[index] ?? ''),
    ...(cause === undefined ? [] : [`  cause  ${oneLine(cause)}`]),
    ...(nextCommand === undefined ? [] : [`  next   ${nextCommand}`]),
  ]);
  return [paint('dim', head), ...body];
}
