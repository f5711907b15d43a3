// SPDX-License-Identifier: Apache-2.0
// How an activity of a row looks from the workflow's side, for all ports alike.
import type { ApplyResult, ObserveResult } from '../contracts/run/observation.ts';
import type { RowContext } from '../contracts/run/table.ts';

export type Observe<Args> = (args: Args, context: RowContext) => Promise<ObserveResult>;
export type Apply<Args> = (args: Args, context: RowContext) => Promise<ApplyResult>;
