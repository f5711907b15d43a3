// SPDX-License-Identifier: Apache-2.0
// Overtaken runs and lost locks by the thousand, on the real lease and the real lock; no two commands may meet.
import { Lane, type RoundEnd } from '../proofs/nova/lock-rounds.ts';
import { Lab, labSpec } from '../system/lab.ts';
import { openLedger } from './ledger.ts';

const spec = labSpec('campaign-locks', 44);
/** Each waits most of the time: for the guard of the lock that was lost. */
const lossLanes = 8;

/** Half of the rounds are zombies, half lost locks. Returns how many commands met another. */
export async function locksCampaign(rounds: number): Promise<number> {
  const ledger = await openLedger('locks');
  const lab = await Lab.create();
  const ends: Partial<Record<RoundEnd, number>> = {};
  const count = (end: RoundEnd): void => {
    ends[end] = (ends[end] ?? 0) + 1;
  };
  try {
    await lab.install(spec);
    const lanes = Array.from({ length: lossLanes + 1 }, (_, lane) => new Lane(spec.name, lane));
    for (const lane of lanes) await lane.prepare();
    const [zombies, ...losers] = lanes;
    const begun = Date.now();
    const losses = Math.ceil(rounds / 2 / lossLanes);
    await Promise.all([
      repeat(Math.floor(rounds / 2), async () => count((await zombies?.zombie()) ?? 'finished')),
      ...losers.map((lane) => repeat(losses, async () => count(await lane.loss()))),
    ]);
    let overlaps = 0;
    for (const lane of lanes) overlaps += await lane.overlaps();
    const seconds = Math.round((Date.now() - begun) / 1000);
    await ledger.append({ rounds, ends, overlaps, seconds });
    console.log(`${JSON.stringify(ends)}: ${overlaps} overlaps in ${seconds} s`);
    return overlaps;
  } finally {
    await lab.dispose(spec.name);
  }
}

async function repeat(times: number, once: () => Promise<void>): Promise<void> {
  for (let round = 0; round < times; round += 1) await once();
}
