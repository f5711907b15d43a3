// SPDX-License-Identifier: Apache-2.0
// The parts of a drill: each starts a run of another operation, or attaches to one that is there, and waits for its end.
import type { DrillBeginning, DrillPartArgs, DrillRecordArgs } from '../../contracts/authority/drill.ts';
import type { Apply, Observe } from '../run/activities.ts';

/** What is recorded on top of it is the time. */
export type DrillRequest = Omit<DrillBeginning, 'begunAt'>;

export interface DrillPort {
  observeDrillBegun: Observe<DrillRequest>;
  beginDrill: Apply<DrillRequest>;
  /** The result of the part is there, as records or a client of the box show; another run may have made it. */
  observeDrillPart: Observe<DrillPartArgs>;
  /** Ends with the run. The run goes on when the drill is cancelled. */
  runDrillPart: Apply<DrillPartArgs>;
  observeDrillRecorded: Observe<DrillRecordArgs>;
  recordDrill: Apply<DrillRecordArgs>;
}
