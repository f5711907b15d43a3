// SPDX-License-Identifier: Apache-2.0
// The scope that a worker gives an activity of a step, for tests and benchmarks that call activities without Temporal.
import type { StepScope } from '../../activities/step-scope.ts';

interface ScopeOf {
  readonly operation?: string;
  readonly step: string;
  /** Of 16 letters or digits. */
  readonly run: string;
  readonly occurrence?: number;
  /** Of the lease; default 0: none is held. */
  readonly epoch?: number;
  readonly signal?: AbortSignal;
  readonly tell?: (text: string) => void;
}

export function stepScopeOf({
  operation = 'refresh-mirrors',
  step,
  run,
  occurrence = 1,
  epoch = 0,
  signal = new AbortController().signal,
  tell = () => undefined,
}: ScopeOf): StepScope {
  return {
    context: {
      operation,
      subject: 'lab',
      step,
      occurrence,
      nonce: run,
      epoch,
      cancel: 'finish',
      exclusive: [],
      settleSeconds: 0,
    },
    attempt: 1,
    signal,
    fencingToken: { step, epoch, occurrence, attempt: 1 },
    key: `${run}.${step}.${occurrence}`,
    tell,
  };
}
