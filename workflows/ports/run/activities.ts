// SPDX-License-Identifier: Apache-2.0
// How an activity of a step looks from the workflow's side, for all ports alike.
import type { ApplyResult, ObserveResult } from '../../contracts/run/observation.ts';
import type { StepContext } from '../../contracts/run/table.ts';

export type Observe<Args> = (args: Args, context: StepContext) => Promise<ObserveResult>;
export type Apply<Args> = (args: Args, context: StepContext) => Promise<ApplyResult>;
