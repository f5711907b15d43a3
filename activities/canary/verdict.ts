// SPDX-License-Identifier: Apache-2.0
// The canary as the judge of an update: its verdict is noted, and a bad one is no failure of the step.
import type { CanaryPort } from '../../workflows/ports/canary.ts';
import type { Clients } from '../clients/index.ts';
import { noteVerdict, updateOf } from '../clients/state/box-updates.ts';
import { applying, Detached, observing } from '../step-scope.ts';
import { prove } from './canary.ts';

export function verdictActivities({
  stateDirectory,
}: Clients): Pick<CanaryPort, 'observeVerdict' | 'judgeUpdate'> {
  return {
    observeVerdict: observing(async ({ box }, { context }) => {
      const record = await updateOf(box, context.nonce);
      // A run that changed no image has nothing to judge.
      if (record === null || record.verdict !== undefined) return [];
      return [{ what: `canary of ${box} on its new image`, have: 'none yet', want: 'good or bad' }];
    }),
    judgeUpdate: applying(async (args, scope) => {
      const record = await updateOf(args.box, scope.context.nonce);
      if (record === null) return undefined;
      try {
        const detail = await prove(stateDirectory, args, scope);
        await noteVerdict(args.box, record);
        return `good: ${detail}`;
      } catch (error) {
        if (error instanceof Detached) throw error;
        await noteVerdict(args.box, record, error);
        return 'bad: the box goes back to its former image';
      }
    }),
  };
}
