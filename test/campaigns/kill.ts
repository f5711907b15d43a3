// SPDX-License-Identifier: Apache-2.0
// Installs under random crashes of the worker until the time is over; each has to end as an undisturbed one.
import { defaultServices } from '../../workflows/contracts/box/box-spec.ts';
import { crashMoments } from '../proofs/crash/crash-plan.ts';
import { crashLab, installThroughCrashes } from '../proofs/crash/crash-run.ts';
import { drawn } from '../proofs/runner/seeded-part.ts';
import { endState } from '../system/end-state.ts';
import { commandSteps, journalIntervals, overlapsOf, wholeCommandSteps } from '../system/job-watch.ts';
import { labSpec, type Lab } from '../system/lab.ts';
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import { openLedger } from './ledger.ts';

export interface KillOptions {
  readonly minutes: number;
  /** Every service, not the skeleton's alone. */
  readonly isWhole: boolean;
  readonly seed: number;
  /** Goes on with the seed after the last one of the ledger. */
  readonly isResumed: boolean;
}

type Outcome = 'same' | 'different' | 'overlap' | 'failed';

const names = (spec: BoxSpec) => ({ box: spec.name, address: spec.networks.management.address });

/** Returns how many ended badly. */
export async function killCampaign({ minutes, isWhole, seed: firstSeed, isResumed }: KillOptions) {
  const ledger = await openLedger('kill');
  const deadline = Date.now() + minutes * 60_000;
  const extra = isWhole ? { services: [...defaultServices] } : {};
  const calm = labSpec('campaign-calm', 40, extra);
  const box = labSpec('campaign-box', 41, extra);
  const lab = await crashLab();
  let bad = 0;
  try {
    const undisturbed = await lab.install(calm);
    // The image stands after the first install.
    const steps = undisturbed.steps
      .filter(({ id, status }) => status === 'changed' && id !== 'image')
      .map(({ id }) => id);
    const expected = await endState(names(calm));
    const first = isResumed ? ((await ledger.lastSeed()) ?? firstSeed - 1) + 1 : firstSeed;
    for (let seed = first; Date.now() < deadline; seed += 1) {
      const begun = Date.now();
      const { outcome, crashes } = await installOnce(lab, box, seed, steps, expected);
      if (outcome !== 'same') bad += 1;
      const seconds = Math.round((Date.now() - begun) / 1000);
      await ledger.append({ seed, crashes, outcome, seconds });
      console.log(`seed ${seed}: ${outcome} after ${crashes.length} crashes in ${seconds} s`);
    }
  } finally {
    await lab.dispose(calm.name, box.name);
  }
  return bad;
}

async function installOnce(
  lab: Lab,
  box: BoxSpec,
  seed: number,
  steps: readonly string[],
  expected: readonly string[],
): Promise<{ outcome: Outcome; crashes: readonly string[] }> {
  // A third of all moments: enough to meet each other, few enough to end soon.
  const plans = drawn(`${seed}`, crashMoments(steps, [...commandSteps, ...wholeCommandSteps]), 1 / 3);
  const { progress, crashes } = await installThroughCrashes(lab, box, plans);
  const isSame = JSON.stringify(await endState(names(box))) === JSON.stringify(expected);
  const overlaps = overlapsOf(await journalIntervals(box.name));
  await lab.destroy(box.name);
  if (progress.phase !== 'done') return { outcome: 'failed', crashes };
  if (overlaps.length > 0) return { outcome: 'overlap', crashes };
  return { outcome: isSame ? 'same' : 'different', crashes };
}
