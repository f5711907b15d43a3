// SPDX-License-Identifier: Apache-2.0
// What is kept of a run's progress where it can be read without its worker: in its memo, or in the beats of a report.
import { failureText } from '../contracts/run/failed-result.ts';
import type { RunMemo } from '../contracts/run/messages.ts';
import type { Progress } from '../contracts/run/progress.ts';

export function memoOf(progress: Progress): RunMemo {
  const current = progress.steps.find((step) =>
    ['parked', 'awaiting', 'failed', 'waiting', 'applying', 'verifying', 'observing'].includes(step.status),
  );
  const failure = progress.failure ?? current?.failure;
  return {
    phase: progress.phase,
    steps: Object.fromEntries(progress.steps.map((step) => [step.id, step.status])),
    ...(current !== undefined && { step: current.id }),
    ...(failure !== undefined && {
      cause: failureText(failure),
    }),
    ...(progress.nextCommand !== undefined && { nextCommand: progress.nextCommand }),
    ...(progress.inputDigest !== undefined && { inputDigest: progress.inputDigest }),
  };
}
