// SPDX-License-Identifier: Apache-2.0
// Ends an activity as failed when its result says so: Temporal shows it red, with the cause. The engine gets the same result.
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { shownFailure, type CarriedResult } from '../workflows/contracts/run/failed-result.ts';
import type { StepContext } from '../workflows/contracts/run/table.ts';

/** For every activity of a worker; those without the context of a step, and those of a report, end as they are. */
export const failingVisibly: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    const result = await next(input);
    const context = input.args[1] as StepContext | undefined;
    const shown = context === undefined ? null : shownFailure(result, context);
    if (shown === null) return result;
    const details: CarriedResult[] = [{ result }];
    const { type, message } = shown;
    // Not tried again by Temporal: the engine decides that.
    const error = ApplicationFailure.create({ type, message, nonRetryable: true, details });
    // Its frames are those of this file, whatever failed.
    error.stack = '';
    throw error;
  },
};
