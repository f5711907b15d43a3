// SPDX-License-Identifier: Apache-2.0
// The activities of a drill: a line for each. What each does stands in the files beside this one.
import type { DrillPort } from '../../../workflows/ports/authority/drill.ts';
import type { Clients } from '../../clients/index.ts';
import { applying, observing } from '../../step-scope.ts';
import { followRun } from './follow-run.ts';
import { beginDrill, beginningDifferences, recordDifferences, recordDrill } from './record.ts';
import { partDifferences } from './part-end.ts';
import { temporalRuns } from './temporal-runs.ts';

export function drillActivities({ stateDirectory: state }: Clients): DrillPort {
  return {
    observeDrillBegun: observing((request) => beginningDifferences(state, request)),
    beginDrill: applying((request) => beginDrill(state, request)),
    observeDrillPart: observing((args) => partDifferences(state, args, temporalRuns())),
    runDrillPart: applying((args, scope) => followRun(state, args, scope, temporalRuns())),
    observeDrillRecorded: observing((args) => recordDifferences(state, args)),
    recordDrill: applying((args) => recordDrill(state, args)),
  };
}
