// SPDX-License-Identifier: Apache-2.0
// The canary as the judge of an update: its verdict is noted, and a bad one is no failure of the step.
import type { CanaryArgs, CanaryPort } from '../../workflows/ports/cloud/canary.ts';
import type { Clients } from '../clients/index.ts';
import { noteVerdict, readUpdate, type UpdateRecord } from '../clients/state/box-updates.ts';
import { recordedImage } from '../hosts/box-image.ts';
import { applying, Detached, observing, type StepScope } from '../step-scope.ts';
import { prove } from './canary.ts';

/** @source a first canary after a boot was bad once and the second good; going back costs the guests another stop */
const canariesMax = 2;

export function verdictActivities({
  stateDirectory,
}: Clients): Pick<CanaryPort, 'observeVerdict' | 'judgeUpdate'> {
  return {
    observeVerdict: observing(async ({ box }) => {
      if ((await unjudged(box)) === null) return [];
      return [{ what: `canary of ${box} on its new image`, have: 'none yet', want: 'good or bad' }];
    }),
    judgeUpdate: applying(async (args, scope) => {
      const record = await unjudged(args.box);
      if (record === null) return undefined;
      for (let canary = 1; ; canary += 1) {
        const proof = await proofOf(stateDirectory, args, scope);
        if ('detail' in proof) {
          await noteVerdict(args.box, record);
          return proof.detail;
        }
        if (canary < canariesMax) continue;
        await noteVerdict(args.box, record, proof.failure);
        return 'bad: the box goes back to its former image';
      }
    }),
  };
}

/** The update that laid the box on its present image and has no verdict; by whatever run, which may have been killed. */
async function unjudged(box: string): Promise<UpdateRecord | null> {
  const record = await readUpdate(box);
  if (record === null || record.verdict !== undefined) return null;
  return record.image === (await recordedImage(box)) ? record : null;
}

async function proofOf(
  stateDirectory: string,
  args: CanaryArgs,
  scope: StepScope,
): Promise<{ readonly detail: string } | { readonly failure: unknown }> {
  try {
    return { detail: await prove(stateDirectory, args, scope) };
  } catch (failure) {
    if (failure instanceof Detached) throw failure;
    return { failure };
  }
}
