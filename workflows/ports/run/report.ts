// SPDX-License-Identifier: Apache-2.0
// A report as one activity: Temporal keeps each activity with its arguments for a month, and a drift looks at everything each hour.
import type { Reported } from '../../contracts/run/messages.ts';
import type { RawPayload } from './operation.ts';

export interface ReportPort {
  /**
   * Compiles the table of a run that only looks, and looks at every step. Its beats carry the memo that the run would have.
   * A worker that is lost begins it anew: it changes nothing. Fails with InvalidInput as compile does, never retried.
   */
  report(args: { readonly operation: string; readonly payloads: readonly RawPayload[] }): Promise<Reported>;
}
