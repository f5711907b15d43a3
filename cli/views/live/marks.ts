// SPDX-License-Identifier: Apache-2.0
// How a step's status looks: its mark and its colour. Decides no status.
import type { StepStatus } from '../../../workflows/contracts/run/progress.ts';
import type { Colour } from '../../terminal/paint.ts';

export interface Mark {
  readonly mark: string;
  readonly colour: Colour;
  readonly word: string;
}

export const marks: Record<StepStatus, Mark> = {
  pending: { mark: '○', colour: 'dim', word: 'pending' },
  observing: { mark: '◐', colour: 'cyan', word: 'looking' },
  applying: { mark: '◑', colour: 'cyan', word: 'applying' },
  verifying: { mark: '◒', colour: 'cyan', word: 'verifying' },
  waiting: { mark: '◌', colour: 'yellow', word: 'waiting' },
  same: { mark: '=', colour: 'dim', word: 'same' },
  changed: { mark: '✓', colour: 'green', word: 'changed' },
  skipped: { mark: '↷', colour: 'yellow', word: 'skipped' },
  awaiting: { mark: '◇', colour: 'yellow', word: 'awaiting' },
  parked: { mark: '‖', colour: 'red', word: 'parked' },
  failed: { mark: '✗', colour: 'red', word: 'failed' },
  stopped: { mark: '■', colour: 'yellow', word: 'stopped' },
};

const settled: ReadonlySet<StepStatus> = new Set(['same', 'changed', 'skipped']);
const active: ReadonlySet<StepStatus> = new Set(['observing', 'applying', 'verifying', 'waiting']);

export const isSettled = (status: StepStatus): boolean => settled.has(status);
export const isActive = (status: StepStatus): boolean => active.has(status);
