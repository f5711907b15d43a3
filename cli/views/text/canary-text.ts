// SPDX-License-Identifier: Apache-2.0
// A canary run as lines: each phase with its time, and of a failed one the console's last words.
import type { CanaryRun } from '../../../workflows/contracts/canary/canary.ts';
import { aligned } from '../../terminal/columns.ts';

const marks = { good: '✓', failed: '✗', skipped: '-' } as const;

export function canaryLines({
  phases,
  consoleTail,
  result,
  seconds,
  cloud,
  failedPhase,
  heldBy,
}: CanaryRun): string[] {
  const steps = phases.map(({ phase, outcome, seconds: taken, note }) => [
    marks[outcome],
    phase,
    outcome === 'skipped' ? '' : `${taken.toFixed(1)} s`,
    note ?? '',
  ]);
  const where = failedPhase === undefined ? '' : ` at ${failedPhase}`;
  return [
    ...aligned(steps),
    `canary of ${cloud}: ${result}${where} after ${seconds} s`,
    ...(heldBy === undefined ? [] : [`nothing can be said while the box is changed by ${heldBy}`]),
    ...(consoleTail === undefined
      ? []
      : ['', 'console of the server, last lines:', ...consoleTail.split('\n').map((line) => `  ${line}`)]),
  ];
}
